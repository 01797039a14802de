import type { RecipeCases } from "./recipe-cases.ts";
import { list, oneOf, positive, positiveInteger, text } from "./refusals.ts";
import { evaluationRules, fineTuningDefaults, fineTuningRules, textRowRules } from "./sections.ts";
import { encoderRules, fineTunings, textEncoderDefaults, textEncoderRules } from "./text-encoder.ts";
import { brokenRows } from "./text-rows.ts";

const { "model.bagLength": _, ...encoder } = textEncoderRules;
const {
  "train.headLearningRate": __,
  "train.bagLearningRate": ___,
  "train.vectorCache": ____,
  ...training
} = fineTuningRules;
const { bagLength: _____, ...model } = textEncoderDefaults;
const { headLearningRate: ______, bagLearningRate: _______, vectorCache: ________, ...defaults } = fineTuningDefaults;

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
      split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
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
    ...encoderRules.filter(({ values }) => values["model.fineTune"] !== "frozen" && !("model.bagLength" in values)),
    ...brokenRows("positive"),
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
  gateSlips: { recal10: "recall10", spearmann: "spearman" },
};
