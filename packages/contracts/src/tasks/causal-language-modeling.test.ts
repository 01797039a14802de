import { describeOptions } from "../testing/describe-options.ts";

describeOptions("causal-language-modeling", {
  item: "The mayor",
  rules: {
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
    seed: {
      query: "seed",
      value: 0,
      refused: [
        [-1, "must be at least 0"],
        [0.5, "must be a whole number"],
      ],
    },
  },
});
