import { describeOptions } from "../testing/describe-options.ts";

describeOptions("masked-language-modeling", {
  item: "The [MASK] said so.",
  rules: {
    top: {
      query: "top",
      value: 1,
      refused: [
        [0, "must be at least 1"],
        [1001, "must be at most 1000"],
      ],
    },
  },
});
