import type { RecipeCases } from "./recipe-cases.ts";
import { list, oneOf, positive, text } from "./refusals.ts";
import { evaluationRules, fineTuningDefaults, fineTuningRules, pairRules, textRowRules } from "./sections.ts";
import {
  encoderRules,
  fromScratch,
  frozenEncoder,
  textEncoderDefaults,
  textEncoderRules,
  trainedParts,
} from "./text-encoder.ts";
import { brokenRows } from "./text-rows.ts";

export const textRegressionRecipes: RecipeCases<"text-regression"> = {
  smallest: { data: { source: "reviews.csv" } },
  defaults: {
    data: {
      source: "reviews.csv",
      columns: { text: "text", target: "target" },
      clean: { duplicates: "near", missing: "drop" },
      split: { by: "random", test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    model: textEncoderDefaults,
    train: { ...fineTuningDefaults, loss: "mse", huberDelta: 1, earlyStopping: { metric: "rmse", patience: 3 } },
    evaluate: { baselines: ["mean", "tfidf"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...textRowRules,
    ...pairRules,
    "data.columns.target": text,
    ...textEncoderRules,
    ...fineTuningRules,
    "train.loss": oneOf("mse", "huber"),
    "train.huberDelta": positive,
    "train.earlyStopping.metric": oneOf("loss", "rmse", "mae", "r2"),
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("mean", "tfidf"),
    ...evaluationRules,
  },
  brokenTogether: [...encoderRules, ...brokenRows("target", { ofPairs: true })],
  dependent: [frozenEncoder, fromScratch, ...trainedParts],
  slips: {
    "data.columns.targt": "target",
    "train.los": "loss",
    "train.huberdelta": "huberDelta",
    "evaluate.baseline": "baselines",
  },
  gateSlips: { rmes: "rmse", spearmann: "spearman" },
};
