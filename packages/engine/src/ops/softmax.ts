import { normalizeAxis } from "../tensor/shape.ts";
import { defineOperator, type Operator, type ReferenceTensor } from "./operator.ts";
import { logSumExp, mapBroadcast, reduceElements } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

const axisAttribute = { axis: { type: "int", default: -1 } } as const;

/** Softmax along one axis, as since opset 13. */
export const softmax = {
  Softmax: defineOperator({
    attributes: axisAttribute,
    infer: inferSame,
    // y·(dy − Σ dy·y)
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes }) => {
      const axes = b.ints([normalizeAxis(attributes.axis, x!.shape.length)]);
      const weighted = b.op("ReduceSum", [b.op("Mul", [dy, y!]), axes], { keepdims: 1 });
      return [b.op("Mul", [y!, b.op("Sub", [dy, weighted])])];
    },
    reference: ([x], { attributes }) => [mapBroadcast([logSoftmax(x!, attributes.axis)], Math.exp)],
  }),

  LogSoftmax: defineOperator({
    attributes: axisAttribute,
    infer: inferSame,
    // dy − e^y · Σ dy
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes }) => {
      const axes = b.ints([normalizeAxis(attributes.axis, x!.shape.length)]);
      const total = b.op("ReduceSum", [dy, axes], { keepdims: 1 });
      return [b.op("Sub", [dy, b.op("Mul", [b.op("Exp", [y!]), total])])];
    },
    reference: ([x], { attributes }) => [logSoftmax(x!, attributes.axis)],
  }),
} satisfies Record<string, Operator>;

/** log softmax in float64. */
export function logSoftmax(x: ReferenceTensor, axis: number): ReferenceTensor {
  const normalizer = reduceElements(x, [normalizeAxis(axis, x.shape.length)], logSumExp);
  return mapBroadcast([x, normalizer], (value, log) => value! - log!);
}
