import type { RecipeCases } from "./recipe-cases.ts";
import {
  boolean,
  encoding,
  fraction,
  fractionOrZero,
  integerFrom,
  list,
  nonNegativeInteger,
  oneOf,
  path,
  positiveInteger,
  type Refusals,
  tooLarge,
} from "./refusals.ts";
import { evaluationRules, optimisationDefaults, optimisationRules } from "./sections.ts";
import { fineTunings, loraBrokenTogether, loraRules } from "./text-encoder.ts";

const sequenceLength: Refusals = [
  [0, "must be at least 8"],
  [12, "must be a multiple of 8"],
  tooLarge(2056, 2048),
  ["64", "must be a number"],
];

/** What only a model from scratch has. */
const OF_SCRATCH = {
  tokenizer: "unigram",
  vocabularySize: 300,
  lowercase: true,
  layers: 2,
  width: 64,
  heads: 2,
  innerWidth: 64,
};

/** @param tokenizer The kind that a recipe gets which names none. */
function languageModelingRecipes<Tokenizer extends "byte-pair" | "word-piece">(tokenizer: Tokenizer) {
  return {
    smallest: { data: { source: "texts" } },
    defaults: {
      data: { source: "texts", lineEnds: "join" as const, split: { test: 0.05, validation: 0.05, seed: 7 } },
      model: {
        tokenizer,
        vocabularySize: 8000,
        layers: 4,
        width: 256,
        heads: 4,
        sequenceLength: 128,
        dropout: 0.1,
      },
      train: { ...optimisationDefaults, epochs: 1, learningRate: 5e-4 },
      evaluate: { baselines: ["unigram" as const], belowBaseline: "keep" as const, bootstrap: 1000, gates: {} },
    },
    rules: {
      "data.source": path,
      "data.encoding": encoding,
      "data.query": path,
      "data.lineEnds": oneOf("join", "keep"),
      "data.split.test": fraction,
      "data.split.validation": fraction,
      "data.split.seed": nonNegativeInteger,
      "data.limit": positiveInteger,
      "model.base": path,
      "model.fineTune": fineTunings("full", "lora", "bitfit"),
      ...loraRules,
      "model.tokenizer": oneOf("word-piece", "byte-pair", "unigram"),
      "model.vocabularySize": integerFrom(257),
      "model.lowercase": boolean,
      "model.layers": positiveInteger,
      "model.width": positiveInteger,
      "model.heads": positiveInteger,
      "model.innerWidth": positiveInteger,
      "model.sequenceLength": sequenceLength,
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
        rule: "test and validation leave documents to train on",
        instead: "write less than 0.5",
      },
      {
        values: { "data.split.validation": 0.3, "data.split.test": 0.9 },
        at: "data.split.validation",
        rule: "test and validation leave documents to train on",
        // 1 − 0.9 is 0.09999999999999998 in binary.
        instead: "write less than 0.1",
      },
      {
        values: { "model.width": 250 },
        at: "model.width",
        rule: "a multiple of heads, 4, which 250 is not",
        instead: "write a multiple of 4, for example 252",
      },
      {
        values: { "model.width": 2, "model.heads": 3 },
        at: "model.width",
        rule: "a multiple of heads, 3, which 2 is not",
        instead: "write a multiple of 3, for example 3",
      },
      ...Object.entries({ fineTune: "lora", lora: { rank: 4 }, adapter: "adapter" }).map(([name, value]) => ({
        values: { [`model.${name}`]: value },
        at: `model.${name}`,
        rule: "it says what of a base is trained",
        instead: "leave it out, or name a base",
      })),
      ...Object.entries(OF_SCRATCH).map(([name, value]) => ({
        values: { [`model.${name}`]: value, "model.base": "./decoder" },
        at: `model.${name}`,
        rule: "a base has its own",
        instead: "leave it out, or leave base out",
      })),
      ...loraBrokenTogether("./decoder"),
      {
        values: { "evaluate.baselines": ["base"] },
        at: "evaluate.baselines",
        rule: "base is the model before it is trained, and a model from scratch has none",
        instead: "leave base out of the list, or name model.base",
      },
    ],
    dependent: [
      ...(["full", "last:2"] as const).map((fineTune) => ({
        given: { "model.base": "./decoder", "model.fineTune": fineTune },
        defaults: {
          "model.dropout": 0,
          "train.learningRate": 5e-5,
          "train.batchSize": 4,
          "evaluate.baselines": ["base", "unigram"],
        },
      })),
      {
        given: { "model.base": "./decoder", "model.fineTune": "lora" },
        defaults: { "train.learningRate": 2e-4, "model.lora.rank": 8 },
      },
      { given: { "model.base": "none" }, defaults: { "model.width": 256, "train.batchSize": 32 } },
    ],
    slips: {
      "data.sorce": "source",
      "data.split.validaton": "validation",
      "model.layer": "layers",
      "model.vocabularysize": "vocabularySize",
      "train.step": "steps",
      "evaluate.baseline": "baselines",
    },
    gateSlips: { perplexty: "perplexity", bitspercharacter: "bitsPerCharacter" },
  };
}

export const causalLanguageModelingRecipes: RecipeCases<"causal-language-modeling"> =
  languageModelingRecipes("byte-pair");
export const maskedLanguageModelingRecipes: RecipeCases<"masked-language-modeling"> =
  languageModelingRecipes("word-piece");
