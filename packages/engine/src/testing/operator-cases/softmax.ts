import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const alongAxes: readonly OperatorCase[] = [
  { name: "last axis", inputs: [uniform([2, 3, 4])] },
  { name: "middle axis", inputs: [uniform([2, 3, 4])], attributes: { axis: 1 } },
  { name: "large numbers", inputs: [values("float32", [1, 3], [1000, 1001, 999])] },
];

export const softmaxCases = {
  Softmax: alongAxes,
  LogSoftmax: alongAxes,
} satisfies Record<string, readonly OperatorCase[]>;
