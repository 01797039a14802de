import type { RecipeCases } from "./recipe-cases.ts";
import { fraction, integerFrom, list, oneOf, path, positiveInteger, tooLarge } from "./refusals.ts";
import { brokenTableRows, rowRules } from "./tables.ts";

const label = "name the column that marks known anomalies: data.columns.label";

export const anomalyDetectionRecipes: RecipeCases<"anomaly-detection"> = {
  smallest: { data: { source: "machines.csv" } },
  defaults: {
    data: {
      source: "machines.csv",
      columns: {},
      kinds: {},
      ignore: [],
      clean: { duplicates: "keep" },
      split: { by: "random", test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    model: {
      kind: "auto",
      candidates: ["isolation-forest", "nearest-neighbours"],
      unknown: "own",
      threshold: { by: "auto", share: 0.01, precision: 0.9 },
    },
    train: {
      knownAnomalies: "keep",
      trees: 200,
      rowsPerTree: 256,
      epochs: 100,
      patience: 10,
      seed: 7,
      executionProvider: "cpu",
      cpuFallback: "warn",
    },
    evaluate: { baselines: [], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...rowRules,
    "data.columns.label": path,
    "data.anomalous": [...list, [[], "must not be empty"]],
    "data.anomalous.0": path,
    "model.kind": oneOf("auto", "isolation-forest", "autoencoder", "nearest-neighbours"),
    "model.candidates": list,
    "model.candidates.0": oneOf("isolation-forest", "autoencoder", "nearest-neighbours"),
    "model.unknown": oneOf("own", "refuse"),
    "model.threshold.by": oneOf("auto", "share", "f1", "precision"),
    "model.threshold.share": fraction,
    "model.threshold.precision": fraction,
    "train.knownAnomalies": oneOf("keep", "drop"),
    "train.trees": [...positiveInteger, tooLarge(10_001, 10_000)],
    "train.rowsPerTree": integerFrom(2),
    "train.epochs": positiveInteger,
    "train.patience": positiveInteger,
    "evaluate.baselines.0": oneOf("largest-deviation", "random"),
  },
  brokenTogether: [
    ...brokenTableRows("label"),
    {
      values: { "model.candidates": ["nearest-neighbours", "nearest-neighbours"] },
      at: "model.candidates",
      rule: "names nearest-neighbours twice",
      instead: "name each model once",
    },
    {
      values: { "model.candidates": ["nearest-neighbours"], "model.kind": "autoencoder" },
      at: "model.candidates",
      rule: 'is for model.kind "auto", not for "autoencoder"',
      instead: "write model.kind: auto, or leave it out",
    },
    {
      values: { "data.anomalous": ["yes"] },
      at: "data.anomalous",
      rule: "is of values of a label, and no column holds one",
      instead: label,
    },
    {
      values: { "model.threshold.by": "f1" },
      at: "model.threshold.by",
      rule: "needs known anomalies, and no column holds them",
      instead: label,
    },
    {
      values: { "train.knownAnomalies": "drop" },
      at: "train.knownAnomalies",
      rule: "needs known anomalies, and no column holds them",
      instead: label,
    },
    {
      values: { "evaluate.baselines": ["random"] },
      at: "evaluate.baselines",
      rule: "needs known anomalies, by which baselines are compared",
      instead: label,
    },
  ],
  dependent: [
    {
      given: { "data.columns.label": "fault" },
      defaults: {
        "model.candidates": ["isolation-forest", "autoencoder", "nearest-neighbours"],
        "evaluate.baselines": ["largest-deviation", "random"],
      },
    },
  ],
  slips: { "data.ignored": "ignore", "model.tresholds": "threshold", "train.tree": "trees" },
  gateSlips: { averageprecision: "averagePrecision" },
};
