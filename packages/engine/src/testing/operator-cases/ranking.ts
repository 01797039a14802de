import { ints, type OperatorCase } from "../operator-case.ts";
import { distinct, values } from "../random-tensors.ts";

const argExtremes: readonly OperatorCase[] = [
  { name: "first axis", inputs: [distinct([3, 4])] },
  { name: "last axis, dropped", inputs: [distinct([3, 4])], attributes: { axis: -1, keepdims: 0 } },
  { name: "the first of equals", inputs: [values("float32", [4], [1, 2, 1, 2])] },
  { name: "the last of equals", inputs: [values("float32", [4], [1, 2, 1, 2])], attributes: { select_last_index: 1 } },
].map((example) => ({ ...example, differentiableInputs: [] }));

export const rankingCases = {
  ArgMax: argExtremes,
  ArgMin: argExtremes,
  TopK: [
    { name: "largest of the last axis", inputs: [distinct([3, 5]), ints([2])], outputCount: 2 },
    {
      name: "smallest of the first axis",
      inputs: [distinct([4, 3]), ints([2])],
      attributes: { axis: 0, largest: 0 },
      outputCount: 2,
    },
    {
      name: "equals in order",
      inputs: [values("float32", [4], [1, 2, 2, 1]), ints([3])],
      outputCount: 2,
      differentiableInputs: [],
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
