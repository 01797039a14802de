import type { RecipeCases } from "./recipe-cases.ts";
import { integerFrom, list, oneOf, path, text } from "./refusals.ts";
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

export const multiLabelClassificationRecipes: RecipeCases<"multi-label-classification"> = {
  smallest: { data: { source: "complaints.csv" } },
  defaults: {
    data: {
      source: "complaints.csv",
      columns: { text: "text", labels: "labels" },
      clean: { duplicates: "near", missing: "drop", minRowsPerLabel: 2 },
      split: { by: "random", test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    model: textEncoderDefaults,
    train: {
      ...fineTuningDefaults,
      positiveWeights: "none",
      earlyStopping: { metric: "averagePrecisionMacro", patience: 3 },
    },
    evaluate: { baselines: ["frequency", "tfidf"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...textRowRules,
    ...pairRules,
    "data.columns.labels": text,
    "data.labelSeparator": path,
    "data.clean.minRowsPerLabel": integerFrom(1),
    ...textEncoderRules,
    ...fineTuningRules,
    "train.positiveWeights": oneOf("none", "balanced"),
    "train.earlyStopping.metric": oneOf("loss", "f1Micro", "f1Macro", "averagePrecisionMacro"),
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("frequency", "tfidf"),
    ...evaluationRules,
  },
  brokenTogether: [...encoderRules, ...brokenRows("labels", { ofPairs: true })],
  dependent: [frozenEncoder, fromScratch, ...trainedParts],
  slips: {
    "data.columns.label": "labels",
    "data.labelseparator": "labelSeparator",
    "train.positiveWeight": "positiveWeights",
  },
  gateSlips: { f1micro: "f1Micro", subsetAcuracy: "subsetAccuracy" },
};
