import { describeOptions } from "../testing/describe-options.ts";

describeOptions("text-classification", {
  item: "Where is my parcel?",
  rules: {
    all: { query: "all", value: true, refused: [["yes", "expected boolean, received string"]] },
    topK: {
      query: "top_k",
      value: 2,
      refused: [
        [0, "Too small: expected number to be >=1"],
        [1.5, "expected int, received number"],
        [1_000_001, "Too big: expected number to be <=1000000"],
        ["2", "expected number, received string"],
      ],
    },
  },
});
