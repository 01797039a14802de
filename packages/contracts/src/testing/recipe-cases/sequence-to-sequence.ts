import type { RecipeCases } from "./recipe-cases.ts";
import { fractionOrZero, integerFrom, list, oneOf, path, positiveInteger, text, tooLarge } from "./refusals.ts";
import { evaluationRules, optimisationDefaults, optimisationRules, textRowRules } from "./sections.ts";
import { fineTunings, loraBrokenTogether, loraRules } from "./text-encoder.ts";
import { brokenRows } from "./text-rows.ts";

const lora = { rank: 8, alpha: 16, rsLora: false, dropout: 0, targets: "all-linear", modulesToSave: [], dora: false };
const { "data.split.stratify": _, ...rowRules } = textRowRules;

export const sequenceToSequenceRecipes: RecipeCases<"sequence-to-sequence"> = {
  smallest: { data: { source: "pairs.csv" } },
  defaults: {
    data: {
      source: "pairs.csv",
      columns: { text: "source", output: "target" },
      clean: { duplicates: "near", missing: "drop" },
      split: { by: "random", test: 0.2, validation: 0.1, seed: 7 },
    },
    model: {
      base: "none",
      fineTune: "full",
      prefix: "",
      maxSourceLength: 256,
      maxTargetLength: 128,
      dropout: 0.1,
      layers: 2,
      width: 128,
      heads: 4,
      tokenizer: "byte-pair",
    },
    train: { ...optimisationDefaults, epochs: 30, learningRate: 2e-3 },
    evaluate: { baselines: ["copy", "lead", "frequent"], belowBaseline: "keep", bootstrap: 1000, gates: {} },
  },
  rules: {
    ...rowRules,
    "data.columns.output": text,
    "model.base": path,
    "model.fineTune": fineTunings("full", "lora"),
    ...loraRules,
    "model.prefix": text,
    "model.maxSourceLength": integerFrom(2),
    "model.maxTargetLength": integerFrom(2),
    "model.dropout": fractionOrZero,
    "model.layers": [...integerFrom(1), tooLarge(49, 48)],
    "model.width": [...integerFrom(1), tooLarge(4097, 4096)],
    "model.heads": [...integerFrom(1), tooLarge(65, 64)],
    "model.tokenizer": oneOf("unigram", "byte-pair"),
    "model.vocabularySize": integerFrom(257),
    ...optimisationRules,
    "train.steps": positiveInteger,
    "train.patience": positiveInteger,
    "evaluate.baselines": list,
    "evaluate.baselines.0": oneOf("copy", "lead", "frequent"),
    ...evaluationRules,
  },
  brokenTogether: [
    ...brokenRows("output", { ofPairs: false }),
    ...loraBrokenTogether("./t5"),
    {
      values: { "model.fineTune": "last:2" },
      at: "model.fineTune",
      rule: "base: none has nothing learnt that could stay as it is",
      instead: "leave it out, or name a pretrained base",
    },
    {
      values: { "model.width": 130 },
      at: "model.width",
      rule: "a multiple of heads, 4, which 130 is not",
      instead: "write a multiple of 4, for example 132",
    },
    {
      values: { "model.layers": 2, "model.base": "./t5" },
      at: "model.layers",
      rule: "it belongs to base: none; a pretrained base has its own",
      instead: "leave it out, or write base: none",
    },
  ],
  dependent: [
    { given: { "model.base": "./t5" }, defaults: { "train.learningRate": 3e-4, "train.epochs": 3 } },
    {
      given: { "model.base": "./t5", "model.fineTune": "lora" },
      defaults: { "train.learningRate": 1e-3, "model.lora": lora },
    },
  ],
  slips: {
    "data.sorce": "source",
    "data.columns.outputs": "output",
    "model.bas": "base",
    "model.maxSourceLenght": "maxSourceLength",
    "train.step": "steps",
    "evaluate.baseline": "baselines",
  },
  gateSlips: { rougel: "rougeL", crf: "chrf" },
};
