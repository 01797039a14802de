import type { OptionRules } from "./describe-options.ts";

/** The rules of `generationOptions`, for every task that has them. */
export const GENERATION_RULES: Readonly<Record<string, OptionRules>> = {
  maxTokens: {
    query: "max_tokens",
    value: 5,
    refused: [
      [0, "must be at least 1"],
      [100_001, "must be at most 100000"],
      [2.5, "must be a whole number"],
    ],
  },
  temperature: {
    query: "temperature",
    value: 0.5,
    refused: [
      [-1, "must be at least 0"],
      [101, "must be at most 100"],
    ],
  },
  topK: { query: "top_k", value: 3, refused: [[0, "must be at least 1"]] },
  topP: {
    query: "top_p",
    value: 0.9,
    refused: [
      [0, "must be more than 0"],
      [1.1, "must be at most 1"],
    ],
  },
  minP: {
    query: "min_p",
    value: 0.1,
    refused: [
      [-0.1, "must be at least 0"],
      [1.1, "must be at most 1"],
    ],
  },
  repetitionPenalty: {
    query: "repetition_penalty",
    value: 1.2,
    refused: [
      [0, "must be more than 0"],
      [101, "must be at most 100"],
    ],
  },
  seed: {
    query: "seed",
    value: 0,
    refused: [
      [-1, "must be at least 0"],
      [0.5, "must be a whole number"],
    ],
  },
  stop: { query: "stop", value: "END", refused: [] },
  regex: { query: "regex", value: "[a-z]+", refused: [] },
  beams: {
    query: "beams",
    value: 4,
    refused: [
      [0, "must be at least 1"],
      [65, "must be at most 64"],
    ],
  },
  lengthPenalty: {
    query: "length_penalty",
    value: 0.5,
    refused: [
      [-101, "must be at least -100"],
      [101, "must be at most 100"],
    ],
  },
};
