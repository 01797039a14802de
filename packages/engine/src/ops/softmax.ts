import { normalizeAxis } from "../tensor/shape.ts";
import { defineOperator, notDifferentiable, type Operator, type ReferenceTensor } from "./operator.ts";
import { broadcastElement, largest, logSumExp, mapBroadcast, reduceElements, tabulate } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

const axisAttribute = { axis: { type: "int", default: -1 } } as const;

/** Softmax along one axis, as since opset 13. */
export const softmax = {
  Softmax: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: axisAttribute,
    infer: inferSame,
    // y·(dy − Σ dy·y)
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes }) => {
      const axes = b.ints([normalizeAxis(attributes.axis, x.shape.length)]);
      const weighted = b.op("ReduceSum", [b.op("Mul", [dy, y]), axes], { keepdims: 1 });
      return [b.op("Mul", [y, b.op("Sub", [dy, weighted])])];
    },
    reference: ([x], { attributes }) => [mapBroadcast([logSoftmax(x, attributes.axis)], Math.exp)],
  }),

  LogSoftmax: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: axisAttribute,
    infer: inferSame,
    // dy − e^y · Σ dy
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes }) => {
      const axes = b.ints([normalizeAxis(attributes.axis, x.shape.length)]);
      const total = b.op("ReduceSum", [dy, axes], { keepdims: 1 });
      return [b.op("Sub", [dy, b.op("Mul", [b.op("Exp", [y]), total])])];
    },
    reference: ([x], { attributes }) => [logSoftmax(x, attributes.axis)],
  }),

  /** 1 at the first greatest element along an axis, 0 elsewhere. */
  Hardmax: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: axisAttribute,
    infer: inferSame,
    gradient: notDifferentiable("it is constant but for jumps; train with Softmax"),
    reference: ([x], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      const first = reduceElements(x, [axis], (group) => group.indexOf(largest(group)));
      return [tabulate(x.dtype, x.shape, (index) => Number(broadcastElement(first, index) === index[axis]))];
    },
  }),
} satisfies Record<string, Operator>;

/** log softmax in float64. */
export function logSoftmax(x: ReferenceTensor, axis: number): ReferenceTensor {
  const normalizer = reduceElements(x, [normalizeAxis(axis, x.shape.length)], logSumExp);
  return mapBroadcast([x, normalizer], (value, log) => value - log);
}
