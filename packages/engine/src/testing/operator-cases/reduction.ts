import type { ReferenceTensor } from "../../ops/operator.ts";
import { ints, type OperatorCase } from "../operator-case.ts";
import { awayFromZero, distinct, uniform, values } from "../random-tensors.ts";

/** Every way to name axes. */
function reductions(x: ReferenceTensor): readonly OperatorCase[] {
  return [
    { name: "last axis", inputs: [x, ints([-1])] },
    { name: "first axis, dropped", inputs: [x, ints([0])], attributes: { keepdims: 0 } },
    { name: "two axes, dropped", inputs: [x, ints([0, 2])], attributes: { keepdims: 0 } },
    { name: "all axes", inputs: [x] },
    { name: "all axes, dropped", inputs: [x], attributes: { keepdims: 0 } },
    { name: "no axes means none", inputs: [x], attributes: { noop_with_empty_axes: 1 } },
    { name: "an empty list of axes", inputs: [x, ints([])], attributes: { noop_with_empty_axes: 1, keepdims: 0 } },
    { name: "axes as an attribute", inputs: [x], attributes: { axes: [1], keepdims: 0 }, referenceOnly: true },
  ];
}

const anywhere = uniform([2, 3, 4]);
const ties: OperatorCase = {
  name: "ties",
  inputs: [values("float32", [2, 3], [1, 2, 2, 3, 3, 3]), ints([1])],
  differentiableInputs: [],
};
const integers: OperatorCase = { name: "int64", inputs: [values("int64", [2, 2], [3, -1, 2, 5]), ints([1])] };

export const reductionCases = {
  ReduceSum: [...reductions(anywhere), integers],
  ReduceMean: reductions(anywhere),
  ReduceMax: [...reductions(distinct([2, 3, 4])), ties, integers],
  ReduceMin: [...reductions(distinct([2, 3, 4])), ties, integers],
  ReduceProd: [
    ...reductions(awayFromZero([2, 3, 4])),
    { name: "none, one and two zeros", inputs: [values("float32", [3, 3], [2, 4, 3, 2, 0, 3, 0, 0, 3]), ints([1])] },
    integers,
  ],
  ReduceSumSquare: reductions(anywhere),
  ReduceL1: reductions(awayFromZero([2, 3, 4])),
  ReduceL2: reductions(anywhere),
  ReduceLogSum: reductions(uniform([2, 3, 4], { from: 0.5, to: 3 })),
  ReduceLogSumExp: reductions(anywhere),
} satisfies Record<string, readonly OperatorCase[]>;
