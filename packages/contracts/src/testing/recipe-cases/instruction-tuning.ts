import type { RecipeCases } from "./recipe-cases.ts";
import {
  encoding,
  fraction,
  fractionOrZero,
  integerFrom,
  list,
  nonNegativeInteger,
  oneOf,
  path,
  positiveInteger,
} from "./refusals.ts";
import { evaluationRules, optimisationDefaults, optimisationRules } from "./sections.ts";
import { fineTunings, loraBrokenTogether, loraRules } from "./text-encoder.ts";

const lora = { rank: 8, alpha: 16, rsLora: false, dropout: 0, targets: "all-linear", modulesToSave: [], dora: false };

export const instructionTuningRecipes: RecipeCases<"instruction-tuning"> = {
  smallest: { data: { source: "chats.jsonl" }, model: { base: "./decoder" } },
  defaults: {
    data: { source: "chats.jsonl", split: { test: 0.1, validation: 0.1, seed: 7 } },
    model: {
      base: "./decoder",
      fineTune: "lora",
      lora: { ...lora, targets: "all-linear" },
      dropout: 0,
    },
    train: { ...optimisationDefaults, batchSize: 4, epochs: 3, learningRate: 2e-4 },
    evaluate: { baselines: ["base", "unigram"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    "data.source": path,
    "data.encoding": encoding,
    "data.query": path,
    "data.split.test": fraction,
    "data.split.validation": fraction,
    "data.split.seed": nonNegativeInteger,
    "data.limit": positiveInteger,
    "model.base": path,
    "model.fineTune": fineTunings("lora", "full", "bitfit"),
    ...loraRules,
    "model.maxLength": integerFrom(8),
    "model.dropout": fractionOrZero,
    ...optimisationRules,
    "train.steps": positiveInteger,
    "train.patience": positiveInteger,
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("base", "unigram"),
    ...evaluationRules,
  },
  brokenTogether: [
    {
      values: { "data.split.validation": 0.5, "data.split.test": 0.5 },
      at: "data.split.validation",
      rule: "test and validation leave conversations to train on",
      instead: "write less than 0.5",
    },
    ...loraBrokenTogether("./decoder"),
  ],
  dependent: [
    { given: { "model.fineTune": "full" }, defaults: { "train.learningRate": 5e-5 } },
    { given: { "model.fineTune": "last:2" }, defaults: { "train.learningRate": 5e-5 } },
    { given: { "model.fineTune": "bitfit" }, defaults: { "train.learningRate": 1e-3 } },
  ],
  slips: {
    "data.sorce": "source",
    "model.bas": "base",
    "model.finetune": "fineTune",
    "train.step": "steps",
    "evaluate.baseline": "baselines",
  },
  gateSlips: { perplexty: "perplexity" },
};
