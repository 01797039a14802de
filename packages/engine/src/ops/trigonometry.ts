import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { defineOperator, type Operator } from "./operator.ts";
import { mapElements } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

/** The slope of a function of one operand, from its input and its output. */
type Slope = (b: Emitter, x: Value, y: Value) => Value;

/** A function of one operand whose gradient is the product with a slope. */
function smooth(f: (x: number) => number, slope: Slope): Operator {
  return defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], outputs: [y], dy }) => [b.op("Mul", [dy, slope(b, x, y)])],
    reference: ([x]) => [mapElements(x, f)],
  });
}

/** A function of one operand whose gradient is the quotient by the reciprocal of its slope. */
function inverse(f: (x: number) => number, reciprocalSlope: Slope): Operator {
  return defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], outputs: [y], dy }) => [b.op("Div", [dy, reciprocalSlope(b, x, y)])],
    reference: ([x]) => [mapElements(x, f)],
  });
}

/** Circular and hyperbolic functions and their inverses, but for Sin, Cos and Tanh. */
export const trigonometry = {
  /** 1 + y² */
  Tan: smooth(Math.tan, (b, _, y) => b.op("Add", [square(b, y), one(b, y)])),
  Sinh: smooth(Math.sinh, (b, x) => b.op("Cosh", [x])),
  Cosh: smooth(Math.cosh, (b, x) => b.op("Sinh", [x])),
  /** 1/√(1 − x²) */
  Asin: inverse(Math.asin, (b, x) => b.op("Sqrt", [b.op("Sub", [one(b, x), square(b, x)])])),
  /** −1/√(1 − x²) */
  Acos: inverse(Math.acos, (b, x) => b.op("Neg", [b.op("Sqrt", [b.op("Sub", [one(b, x), square(b, x)])])])),
  /** 1/(1 + x²) */
  Atan: inverse(Math.atan, (b, x) => b.op("Add", [square(b, x), one(b, x)])),
  /** 1/√(x² + 1) */
  Asinh: inverse(Math.asinh, (b, x) => b.op("Sqrt", [b.op("Add", [square(b, x), one(b, x)])])),
  /** 1/√(x² − 1) */
  Acosh: inverse(Math.acosh, (b, x) => b.op("Sqrt", [b.op("Sub", [square(b, x), one(b, x)])])),
  /** 1/(1 − x²) */
  Atanh: inverse(Math.atanh, (b, x) => b.op("Sub", [one(b, x), square(b, x)])),
} satisfies Record<string, Operator>;

function one(b: Emitter, x: Value): Value {
  return b.scalar(1, x.dtype);
}

function square(b: Emitter, x: Value): Value {
  return b.op("Mul", [x, x]);
}
