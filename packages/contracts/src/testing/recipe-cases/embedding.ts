import type { RecipeCases } from "./recipe-cases.ts";
import { list, oneOf, positive, positiveInteger, text } from "./refusals.ts";
import { evaluationRules, fineTuningDefaults, fineTuningRules, textRowRules } from "./sections.ts";
import { encoderRules, fineTunings, textEncoderDefaults, textEncoderRules } from "./text-encoder.ts";
import { brokenRows } from "./text-rows.ts";

/** What belongs to a head: the bag beside it, and the windows whose outputs are averaged. */
const isOfHead = (at: string) => at === "model.bagLength" || at.startsWith("model.windows");
const encoder = Object.fromEntries(Object.entries(textEncoderRules).filter(([at]) => !isOfHead(at)));
const {
  "train.headLearningRate": __,
  "train.headStart": ___,
  "train.bagLearningRate": ____,
  "train.vectorCache": _____,
  ...training
} = fineTuningRules;
const { bagLength: ______, ...model } = textEncoderDefaults;
const {
  headLearningRate: _______,
  headStart: ________,
  bagLearningRate: _________,
  vectorCache: __________,
  ...defaults
} = fineTuningDefaults;

const SEARCHES = "ndcg10, mrr, map, precision1, recall1, recall5, recall10";

export const embeddingRecipes: RecipeCases<"embedding"> = {
  smallest: { data: { source: "faq.csv" } },
  defaults: {
    data: {
      source: "faq.csv",
      examples: "pairs",
      columns: {
        text: "text",
        positive: "positive",
        negative: "negative",
        second: "second",
        similarity: "similarity",
        label: "label",
      },
      clean: { duplicates: "near", missing: "drop", minRowsPerLabel: 2 },
      split: { by: "random", test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    model,
    train: {
      ...defaults,
      loss: "multiple-negatives",
      scale: 20,
      margin: 1,
      epochs: 3,
      learningRate: 1e-4,
      earlyStopping: { metric: "ndcg10", patience: 3 },
    },
    evaluate: { baselines: ["base", "tfidf"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...textRowRules,
    "data.examples": oneOf("pairs", "triplets", "scores", "labels"),
    "data.columns.positive": text,
    "data.columns.negative": text,
    "data.columns.second": text,
    "data.columns.similarity": text,
    "data.columns.label": text,
    "data.clean.minRowsPerLabel": positiveInteger.with(0, [0, "must be at least 1"]),
    ...encoder,
    "model.fineTune": fineTunings("full", "lora", "bitfit"),
    ...training,
    "train.loss": oneOf("multiple-negatives", "cosine", "triplet"),
    "train.scale": positive,
    "train.margin": positive,
    "train.earlyStopping.metric": oneOf("loss", "ndcg10", "mrr", "spearman"),
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("base", "tfidf"),
    ...evaluationRules,
  },
  brokenTogether: [
    ...encoderRules.filter(
      ({ at, values }) =>
        values["model.fineTune"] !== "frozen" &&
        !at.startsWith("model.windows") &&
        at !== "model.bagLength" &&
        at !== "train.headStart",
    ),
    ...["pairs", "scores"].map((examples) => ({
      values: { "data.clean.minRowsPerLabel": 3, "data.examples": examples },
      at: "data.clean.minRowsPerLabel",
      rule: "it belongs to examples: labels",
      instead: "leave it out",
    })),
    {
      values: { "train.scale": 10, "data.examples": "scores" },
      at: "train.scale",
      rule: "it belongs to the loss multiple-negatives",
      instead: "leave it out, or learn by this loss",
    },
    ...["pairs", "triplets", "scores", "labels"].map((examples) => ({
      values: { "train.margin": 2, "data.examples": examples },
      at: "train.margin",
      rule: "it belongs to the loss triplet",
      instead: "leave it out, or learn by this loss",
    })),
    {
      values: { "evaluate.gates.mrr": { min: 0.5 }, "data.examples": "scores" },
      at: "evaluate.gates.mrr",
      rule: "scores are not measured by it",
      instead: "write one of spearman, pearson",
    },
    {
      values: { "evaluate.gates.spearman": { min: 0.5 }, "data.examples": "labels" },
      at: "evaluate.gates.spearman",
      rule: "labels are not measured by it",
      instead: `write one of ${SEARCHES}`,
    },
    ...brokenRows("positive", { ofPairs: false }),
  ],
  dependent: [
    {
      given: { "model.base": "none" },
      defaults: {
        "model.maxLength": 256,
        "model.dropout": 0.3,
        "train.epochs": 10,
        "train.learningRate": 3e-3,
      },
    },
    {
      given: { "model.base": "none", "model.architecture": "bert" },
      defaults: { "model.dropout": 0.1, "train.learningRate": 5e-4 },
    },
    { given: { "model.fineTune": "bitfit" }, defaults: { "train.learningRate": 1e-3, "model.lora": undefined } },
    {
      given: { "model.fineTune": "lora" },
      defaults: {
        "train.learningRate": 1e-3,
        "model.lora": {
          rank: 8,
          alpha: 16,
          rsLora: false,
          dropout: 0,
          targets: "all-linear",
          modulesToSave: [],
          dora: false,
        },
      },
    },
    { given: { "model.fineTune": "lora", "model.adapter": "./adapter" }, defaults: { "model.lora": undefined } },
    {
      given: { "data.examples": "scores" },
      defaults: { "train.loss": "cosine", "train.earlyStopping.metric": "spearman" },
    },
    {
      given: { "data.examples": "triplets", "train.loss": "triplet" },
      defaults: { "train.loss": "triplet", "train.earlyStopping.metric": "ndcg10" },
    },
  ],
  slips: {
    "data.columns.positiv": "positive",
    "data.example": "examples",
    "train.los": "loss",
    "evaluate.baseline": "baselines",
  },
  unmeasured: ["spearman", "pearson"],
  gateSlips: { recal10: "recall10", spearmann: "spearman" },
};
