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

const sequenceLength: Refusals = [
  [0, "must be at least 8"],
  [12, "must be a multiple of 8"],
  tooLarge(2056, 2048),
  ["64", "must be a number"],
];

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
      "data.lineEnds": oneOf("join", "keep"),
      "data.split.test": fraction,
      "data.split.validation": fraction,
      "data.split.seed": nonNegativeInteger,
      "data.limit": positiveInteger,
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
      "evaluate.baselines.0": oneOf("unigram"),
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
    ],
    dependent: [],
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
