import type { RecipeCases } from "./recipe-cases.ts";
import { duration, fraction, fractionOrZero, integerFrom, list, oneOf, text } from "./refusals.ts";
import { evaluationRules, fineTuningDefaults, fineTuningRules, pairRules, textRowRules } from "./sections.ts";
import {
  candidatesDefaults,
  candidatesRules,
  contrastiveEncoder,
  contrastiveRules,
  encoderRules,
  fromScratch,
  frozenEncoder,
  trainedParts,
} from "./text-encoder.ts";
import { brokenRows } from "./text-rows.ts";

export const textClassificationRecipes: RecipeCases<"text-classification"> = {
  smallest: { data: { source: "tickets.csv" } },
  defaults: {
    data: {
      source: "tickets.csv",
      columns: { text: "text", label: "label" },
      clean: { duplicates: "near", missing: "drop", minRowsPerLabel: 2 },
      split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    model: candidatesDefaults,
    train: {
      ...fineTuningDefaults,
      epochs: 8,
      budget: "5m",
      labelSmoothing: 0,
      classWeights: "none",
      earlyStopping: { metric: "f1Macro", patience: 3 },
    },
    evaluate: { baselines: ["majority", "tfidf"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...textRowRules,
    ...pairRules,
    "data.columns.label": text,
    "data.clean.minRowsPerLabel": integerFrom(1),
    ...candidatesRules,
    ...fineTuningRules,
    "train.budget": duration,
    "train.labelSmoothing": fractionOrZero,
    "train.classWeights": oneOf("none", "balanced"),
    "train.earlyStopping.metric": oneOf("loss", "f1Macro", "accuracy"),
    "reject.below": fraction,
    "reject.precision": fraction,
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("majority", "tfidf"),
    ...evaluationRules,
  },
  brokenTogether: [
    ...encoderRules,
    ...contrastiveRules,
    ...brokenRows("label", { ofPairs: true }),
    {
      values: { "reject.below": 0.5, "reject.precision": 0.9 },
      at: "reject.below",
      rule: "below and precision exclude each other",
      instead: "write either below or precision",
    },
  ],
  dependent: [
    frozenEncoder,
    contrastiveEncoder,
    fromScratch,
    ...trainedParts,
    {
      given: { "model.fineTune": "frozen", "train.epochs": 2, "train.earlyStopping.patience": 1 },
      defaults: { "train.epochs": 2, "train.headLearningRate": 3e-2, "train.earlyStopping.patience": 1 },
    },
    { given: { "model.bagLength": 128 }, defaults: { "model.bagLength": 128, "train.epochs": 8 } },
    { given: { "model.fineTune": "full" }, defaults: { "train.epochs": 4, "train.budget": undefined } },
    { given: { "model.fineTune": "full", "train.budget": "1.5h" }, defaults: { "train.budget": "1.5h" } },
  ],
  slips: {
    "data.colums": "columns",
    "data.columns.lable": "label",
    "data.clean.duplicate": "duplicates",
    "data.split.stratfy": "stratify",
    "model.maxlength": "maxLength",
    "train.optimiser": "optimizer",
    "train.earlyStoping": "earlyStopping",
    "train.scheduleOptions.powr": "power",
    "evaluate.gate": "gates",
  },
  gateSlips: { f1macro: "f1Macro", acuracy: "accuracy" },
};
