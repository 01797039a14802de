import { broadcastShapes, showShape } from "../tensor/shape.ts";
import { sumToShape } from "./gradient-shapes.ts";
import { defineOperator, type InferenceContext, type InferredType, type Operator } from "./operator.ts";
import { mapBroadcast, mapElements } from "./reference-kernels.ts";

type Inputs = Pick<InferenceContext<Record<never, never>>, "inputs" | "fail">;

/** The same type as the first input. */
function inferSame({ inputs: [x] }: Inputs): readonly InferredType[] {
  return [{ dtype: x!.dtype, shape: x!.shape }];
}

/** Two inputs of one dtype, broadcast by NumPy's rule. */
function inferBroadcast({ inputs, fail }: Inputs): readonly InferredType[] {
  const [x, y] = inputs;
  if (x!.dtype !== y!.dtype) fail("both operands have one dtype", `${x!.dtype} and ${y!.dtype}`);
  const shape = broadcastShapes(x!.shape, y!.shape);
  if (shape === undefined) return fail("operands broadcast", `${showShape(x!.shape)} and ${showShape(y!.shape)}`);
  return [{ dtype: x!.dtype, shape }];
}

/** Element by element, with NumPy's broadcasting. */
export const elementwise = {
  Identity: defineOperator({
    attributes: {},
    infer: (c) => [{ ...inferSame(c)[0]!, contents: c.contents(0) }],
    gradient: ({ dy }) => [dy],
    reference: ([x]) => [x!],
  }),

  Add: defineOperator({
    attributes: {},
    infer: inferBroadcast,
    gradient: ({ b, inputs: [x, y], dy, needs }) => [
      needs(0) ? sumToShape(b, dy, x!) : undefined,
      needs(1) ? sumToShape(b, dy, y!) : undefined,
    ],
    reference: ([x, y]) => [mapBroadcast([x!, y!], (a, b) => a + b)],
  }),

  Mul: defineOperator({
    attributes: {},
    infer: inferBroadcast,
    gradient: ({ b, inputs: [x, y], dy, needs }) => [
      needs(0) ? sumToShape(b, b.op("Mul", [dy, y!]), x!) : undefined,
      needs(1) ? sumToShape(b, b.op("Mul", [dy, x!]), y!) : undefined,
    ],
    reference: ([x, y]) => [mapBroadcast([x!, y!], (a, b) => a * b)],
  }),

  Tanh: defineOperator({
    attributes: {},
    infer: inferSame,
    // 1 − tanh²
    gradient: ({ b, outputs: [y], dy }) => [b.op("Sub", [dy, b.op("Mul", [dy, b.op("Mul", [y!, y!])])])],
    reference: ([x]) => [mapElements(x!, Math.tanh)],
  }),
} satisfies Record<string, Operator>;
