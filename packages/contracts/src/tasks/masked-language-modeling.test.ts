import { describeOptions } from "../testing/describe-options.ts";

describeOptions("masked-language-modeling", {
  item: "The [MASK] said so.",
  rules: {
    top: {
      query: "top",
      value: 1,
      refused: [
        [0, "Too small: expected number to be >=1"],
        [1001, "Too big: expected number to be <=1000"],
      ],
    },
  },
});
