import { describeOptions } from "../testing/describe-options.ts";

describeOptions("tabular-classification", {
  item: { tenure: 3, plan: "basic" },
  rules: {
    all: { query: "all", value: true, refused: [["yes", "must be true or false"]] },
    topK: {
      query: "top_k",
      value: 2,
      refused: [
        [0, "must be at least 1"],
        [1.5, "must be a whole number"],
        [1_000_001, "must be at most 1000000"],
        ["2", "must be a number"],
      ],
    },
  },
});
