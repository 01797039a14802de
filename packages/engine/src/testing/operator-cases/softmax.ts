import type { OperatorCase } from "../operator-case.ts";
import { distinct, uniform, values } from "../random-tensors.ts";

const alongAxes: readonly OperatorCase[] = [
  { name: "last axis", inputs: [uniform([2, 3, 4])] },
  { name: "middle axis", inputs: [uniform([2, 3, 4])], attributes: { axis: 1 } },
  { name: "large numbers", inputs: [values("float32", [1, 3], [1000, 1001, 999])] },
];

export const softmaxCases = {
  Softmax: alongAxes,
  LogSoftmax: alongAxes,
  Hardmax: [
    { name: "last axis", inputs: [distinct([2, 3, 4])] },
    { name: "the first of equals", inputs: [values("float32", [2, 3], [1, 2, 2, 3, 3, 3])], attributes: { axis: 1 } },
    { name: "first axis", inputs: [distinct([3, 2])], attributes: { axis: 0 } },
  ].map((example) => ({ ...example, differentiableInputs: [] })),
} satisfies Record<string, readonly OperatorCase[]>;
