import { describeOptions } from "../testing/describe-options.ts";

describeOptions("causal-language-modeling", {
  item: "The mayor",
  rules: {
    maxTokens: {
      query: "max_tokens",
      value: 5,
      refused: [
        [0, "Too small: expected number to be >=1"],
        [100_001, "Too big: expected number to be <=100000"],
        [2.5, "expected int, received number"],
      ],
    },
    temperature: {
      query: "temperature",
      value: 0.5,
      refused: [
        [-1, "Too small: expected number to be >=0"],
        [101, "Too big: expected number to be <=100"],
      ],
    },
    topK: { query: "top_k", value: 3, refused: [[0, "Too small: expected number to be >=1"]] },
    topP: {
      query: "top_p",
      value: 0.9,
      refused: [
        [0, "Too small: expected number to be >0"],
        [1.1, "Too big: expected number to be <=1"],
      ],
    },
    seed: {
      query: "seed",
      value: 0,
      refused: [
        [-1, "Too small: expected number to be >=0"],
        [0.5, "expected int, received number"],
      ],
    },
  },
});
