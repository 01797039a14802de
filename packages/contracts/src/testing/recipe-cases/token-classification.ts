import type { RecipeCases } from "./recipe-cases.ts";
import { fractionOrZero, integerFrom, list, oneOf, positive, positiveInteger, text, tooLarge } from "./refusals.ts";
import { evaluationRules, optimisationDefaults, optimisationRules, textRowRules } from "./sections.ts";
import { brokenRows } from "./text-rows.ts";

export const tokenClassificationRecipes: RecipeCases<"token-classification"> = {
  smallest: { data: { source: "names.conll" } },
  defaults: {
    data: {
      source: "names.conll",
      columns: { text: "text", spans: "spans" },
      clean: { duplicates: "exact", missing: "drop", minRowsPerLabel: 2 },
      split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    model: {
      base: "none",
      architecture: "bilstm",
      units: "auto",
      vocabularySize: 30_000,
      minFrequency: 2,
      maxLength: 256,
      embeddingWidth: 64,
      width: 128,
      layers: 1,
      dropout: 0.3,
    },
    train: {
      ...optimisationDefaults,
      epochs: 10,
      learningRate: 4e-3,
      earlyStopping: { patience: 5, metric: "f1Micro" },
    },
    evaluate: { baselines: ["dictionary"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...textRowRules,
    "data.columns.spans": text,
    "data.clean.minRowsPerLabel": positiveInteger.with(0, [0, "must be at least 1"]),
    "model.base": oneOf("none"),
    "model.architecture": oneOf("bilstm"),
    "model.units": oneOf("auto", "characters", "words"),
    "model.vocabularySize": integerFrom(3),
    "model.minFrequency": integerFrom(1),
    "model.maxLength": [...integerFrom(8), tooLarge(5000, 4096)],
    "model.embeddingWidth": positiveInteger,
    "model.width": positiveInteger,
    "model.layers": positiveInteger,
    "model.dropout": fractionOrZero,
    ...optimisationRules,
    "train.earlyStopping.patience": positiveInteger,
    "train.earlyStopping.metric": oneOf("loss", "f1Micro"),
    "train.epochs": positive,
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("dictionary"),
    ...evaluationRules,
  },
  brokenTogether: brokenRows("spans"),
  dependent: [],
  slips: {
    "data.columns.span": "spans",
    "model.unit": "units",
    "train.epoch": "epochs",
    "evaluate.baseline": "baselines",
  },
  gateSlips: { f1micro: "f1Micro", recallmicro: "recallMicro" },
};
