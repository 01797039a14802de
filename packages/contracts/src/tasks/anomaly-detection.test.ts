import { describeOptions } from "../testing/describe-options.ts";

describeOptions("anomaly-detection", {
  item: { load: 0.4, tool: null },
  rules: {
    explain: {
      query: "explain",
      value: 3,
      refused: [
        [0, "must be at least 1"],
        [1.5, "must be a whole number"],
        [1001, "must be at most 1000"],
        ["2", "must be a number"],
      ],
    },
  },
});
