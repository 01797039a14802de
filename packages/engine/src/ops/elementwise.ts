import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES, type DType, dtypeOfOnnx, type NumericDType } from "../tensor/dtype.ts";
import { addDimensions, divideDimensions, multiplyDimensions } from "../tensor/shape.ts";
import { toNumbers } from "../tensor/tensor.ts";
import { sumToShape, zerosWhereNot } from "./gradient-shapes.ts";
import { numbersOf, textsOf } from "./number-texts.ts";
import {
  type AnyReference,
  type AttributeSpecs,
  defineOperator,
  type GradientContext,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { erf, mapBroadcast, mapElements, roundHalfToEven } from "./reference-kernels.ts";
import { inferArithmetic, inferBroadcast, inferSame } from "./shape-rules.ts";

type Elementwise = GradientContext<Record<never, never>>;

/** Both say how floats become 8-bit floats, which are no dtype of ours. */
const FLOAT8_ATTRIBUTES = {
  saturate: { type: "int", default: 1 },
  round_mode: { type: "string", default: "up" },
} as const satisfies AttributeSpecs;

/** Element by element, with NumPy's broadcasting. */
export const elementwise = {
  Identity: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    strings: "moved",
    attributes: {},
    infer: (c) => [{ ...inferSame(c)[0]!, contents: c.contents(0) }],
    gradient: ({ dy }) => [dy],
    reference: ([x]) => [x],
  }),

  /** To another dtype. Numbers become the text that ONNX Runtime writes, texts the number that they spell. */
  Cast: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    strings: "read",
    attributes: { to: { type: "int" }, ...FLOAT8_ATTRIBUTES },
    infer: (c) => {
      const dtype = dtypeOfOnnx(c.attributes.to ?? 0);
      if (dtype === undefined) return c.fail("`to` is the number of a supported dtype", String(c.attributes.to));
      if (c.inputs[0].dtype === "string" && dtype === "bool") c.fail("a text is no bool", "bool");
      return [{ dtype, shape: c.inputs[0].shape, contents: DTYPES[dtype].isFloat ? undefined : c.contents(0) }];
    },
    gradient: ({ b, inputs: [x], dy }) => [b.op("Cast", [dy], { to: DTYPES[x.dtype].onnx })],
    reference: ([x], { attributes }) => [castReference(x, dtypeOfOnnx(attributes.to ?? 0)!)],
  }),

  /** A Cast to the dtype of the second input. */
  CastLike: defineOperator({
    inputs: ["input", "target_type"],
    outputs: ["output"],
    strings: "read",
    attributes: FLOAT8_ATTRIBUTES,
    infer: (c) => {
      const { dtype } = c.inputs[1];
      if (c.inputs[0].dtype === "string" && dtype === "bool") c.fail("a text is no bool", "bool");
      return [{ dtype, shape: c.inputs[0].shape, contents: DTYPES[dtype].isFloat ? undefined : c.contents(0) }];
    },
    gradient: ({ b, inputs: [x], dy }) => [b.op("Cast", [dy], { to: DTYPES[x.dtype].onnx })],
    reference: ([x, like]) => [castReference(x, like.dtype)],
  }),

  Add: defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: inferArithmetic((a, b) => addDimensions([a, b])),
    gradient: ({ b, inputs: [x, y], dy, needs }) => [
      needs(0) ? sumToShape(b, dy, x) : undefined,
      needs(1) ? sumToShape(b, dy, y) : undefined,
    ],
    reference: ([x, y]) => [mapBroadcast([x, y], (a, b) => a + b)],
  }),

  Sub: defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: inferArithmetic((a, b) => {
      if (a === b) return 0;
      return typeof a === "number" && typeof b === "number" ? a - b : undefined;
    }),
    gradient: ({ b, inputs: [x, y], dy, needs }) => [
      needs(0) ? sumToShape(b, dy, x) : undefined,
      needs(1) ? b.op("Neg", [sumToShape(b, dy, y)]) : undefined,
    ],
    reference: ([x, y]) => [mapBroadcast([x, y], (a, b) => a - b)],
  }),

  Mul: defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: inferArithmetic((a, b) => multiplyDimensions([a, b])),
    gradient: ({ b, inputs: [x, y], dy, needs }) => [
      needs(0) ? sumToShape(b, b.op("Mul", [dy, y]), x) : undefined,
      needs(1) ? sumToShape(b, b.op("Mul", [dy, x]), y) : undefined,
    ],
    reference: ([x, y]) => [mapBroadcast([x, y], (a, b) => a * b)],
  }),

  /** Integers are divided towards zero, as in C. */
  Div: defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: inferArithmetic((a, b) => {
      if (typeof a === "number" && typeof b === "number") return b === 0 ? undefined : Math.trunc(a / b);
      return divideDimensions(a, b);
    }),
    // d(x/y) = dx/y − (x/y)·dy/y
    gradient: ({ b, inputs: [x, y], outputs: [z], dy, needs }) => {
      const quotient = b.op("Div", [dy, y]);
      return [
        needs(0) ? sumToShape(b, quotient, x) : undefined,
        needs(1) ? b.op("Neg", [sumToShape(b, b.op("Mul", [quotient, z]), y)]) : undefined,
      ];
    },
    reference: ([x, y]) => {
      const isFloat = DTYPES[x.dtype].isFloat;
      return [mapBroadcast([x, y], (a, b) => (isFloat ? a / b : Math.trunc(a / b)))];
    },
  }),

  /**
   * The remainder of a division: with `fmod` it has the sign of the dividend, otherwise, for integers only, that of the divisor. The gradient
   * is that between the jumps.
   */
  Mod: defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: { fmod: { type: "int", default: 0 } },
    infer: (c) => {
      if (c.attributes.fmod === 0 && DTYPES[c.inputs[0].dtype].isFloat) c.fail("fmod is 1 for floats", "0");
      return inferBroadcast(c);
    },
    // z = x − y·trunc(x/y)
    gradient: ({ b, inputs: [x, y], outputs: [z], dy, needs }) => {
      const quotient = () => b.op("Round", [b.op("Div", [b.op("Sub", [x, z]), y])]);
      return [
        needs(0) ? sumToShape(b, dy, x) : undefined,
        needs(1) ? b.op("Neg", [sumToShape(b, b.op("Mul", [dy, quotient()]), y)]) : undefined,
      ];
    },
    reference: ([x, y], { attributes: { fmod } }) => [
      mapBroadcast([x, y], (a, b) => (fmod === 1 ? a % b : a - b * Math.floor(a / b))),
    ],
  }),

  /** The gradient by the exponent is right for bases that are not negative; that of 0^p is 0 for p ≥ 0, as in PyTorch. */
  Pow: defineOperator({
    inputs: ["X", "Y"],
    outputs: ["Z"],
    attributes: {},
    infer: ({ inputs: [x, p], fail }) =>
      inferBroadcast({ inputs: [x, p === undefined ? p : { ...p, dtype: x.dtype }], fail }),
    gradient: ({ b, inputs: [x, p], outputs: [y], dy, needs }) => [
      needs(0) ? sumToShape(b, b.op("Mul", [dy, powerDerivative(b, x, p)]), x) : undefined,
      needs(1) ? sumToShape(b, b.op("Mul", [dy, exponentDerivative(b, { x, p, y })]), p) : undefined,
    ],
    reference: ([x, p]) => [mapBroadcast([x, p], (a, b) => a ** b)],
  }),

  Neg: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, dy }) => [b.op("Neg", [dy])],
    reference: ([x]) => [mapElements(x, (value) => -value)],
  }),

  /** Subgradient 0 at 0. */
  Abs: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Mul", [dy, b.op("Sign", [x])])],
    reference: ([x]) => [mapElements(x, Math.abs)],
  }),

  Sign: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: piecewiseConstant,
    reference: ([x]) => [mapElements(x, Math.sign)],
  }),

  Floor: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: piecewiseConstant,
    reference: ([x]) => [mapElements(x, Math.floor)],
  }),

  Ceil: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: piecewiseConstant,
    reference: ([x]) => [mapElements(x, Math.ceil)],
  }),

  /** Halves are rounded to the even neighbour. */
  Round: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: piecewiseConstant,
    reference: ([x]) => [mapElements(x, roundHalfToEven)],
  }),

  Exp: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, outputs: [y], dy }) => [b.op("Mul", [dy, y])],
    reference: ([x]) => [mapElements(x, Math.exp)],
  }),

  Log: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Div", [dy, x])],
    reference: ([x]) => [mapElements(x, Math.log)],
  }),

  Sqrt: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, outputs: [y], dy }) => [b.op("Div", [dy, b.op("Add", [y, y])])],
    reference: ([x]) => [mapElements(x, Math.sqrt)],
  }),

  Reciprocal: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, outputs: [y], dy }) => [b.op("Neg", [b.op("Mul", [dy, b.op("Mul", [y, y])])])],
    reference: ([x]) => [mapElements(x, (value) => 1 / value)],
  }),

  Sin: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Mul", [dy, b.op("Cos", [x])])],
    reference: ([x]) => [mapElements(x, Math.sin)],
  }),

  Cos: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Neg", [b.op("Mul", [dy, b.op("Sin", [x])])])],
    reference: ([x]) => [mapElements(x, Math.cos)],
  }),

  Erf: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    // 2/√π · e^(−x²), with the factor inside the exponent to save a pass.
    gradient: ({ b, inputs: [x], dy }) => {
      const exponent = b.op("Sub", [b.scalar(Math.log(2 / Math.sqrt(Math.PI)), dy.dtype), b.op("Mul", [x, x])]);
      return [b.op("Mul", [dy, b.op("Exp", [exponent])])];
    },
    reference: ([x]) => [mapElements(x, erf)],
  }),

  /** At a bound the gradient passes, as in PyTorch's clamp. */
  Clip: defineOperator({
    inputs: ["input", "min?", "max?"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x, min, max], outputs: [y], dy, needs }) => [
      needs(0) ? zerosWhereNot(b, b.op("Equal", [x, y]), dy) : undefined,
      min !== undefined && needs(1) ? sumToShape(b, zerosWhereNot(b, b.op("Less", [x, min]), dy), min) : undefined,
      max !== undefined && needs(2) ? sumToShape(b, zerosWhereNot(b, b.op("Greater", [x, max]), dy), max) : undefined,
    ],
    reference: ([x, min, max]) => {
      const low = min?.data[0] ?? Number.NEGATIVE_INFINITY;
      const high = max?.data[0] ?? Number.POSITIVE_INFINITY;
      return [mapElements(x, (value) => Math.min(Math.max(value, low), high))];
    },
  }),

  Min: defineOperator({
    inputs: ["...data_0"],
    outputs: ["min"],
    attributes: {},
    infer: inferBroadcast,
    gradient: firstExtreme,
    reference: (inputs) => [
      mapBroadcast(
        inputs.map((x) => x),
        Math.min,
      ),
    ],
  }),

  Max: defineOperator({
    inputs: ["...data_0"],
    outputs: ["max"],
    attributes: {},
    infer: inferBroadcast,
    gradient: firstExtreme,
    reference: (inputs) => [
      mapBroadcast(
        inputs.map((x) => x),
        Math.max,
      ),
    ],
  }),

  Sum: defineOperator({
    inputs: ["...data_0"],
    outputs: ["sum"],
    attributes: {},
    infer: inferBroadcast,
    gradient: ({ b, inputs, dy, needs }) => inputs.map((x, i) => (needs(i) ? sumToShape(b, dy, x) : undefined)),
    reference: (inputs) => [
      mapBroadcast(
        inputs.map((x) => x),
        (...values) => values.reduce((sum, x) => sum + x, 0),
      ),
    ],
  }),

  Mean: defineOperator({
    inputs: ["...data_0"],
    outputs: ["mean"],
    attributes: {},
    infer: inferBroadcast,
    gradient: ({ b, inputs, dy, needs }) => {
      const share = b.op("Mul", [dy, b.scalar(1 / inputs.length, dy.dtype)]);
      return inputs.map((x, i) => (needs(i) ? sumToShape(b, share, x) : undefined));
    },
    reference: (inputs) => [
      mapBroadcast(
        inputs.map((x) => x),
        (...values) => values.reduce((sum, x) => sum + x, 0) / values.length,
      ),
    ],
  }),
} satisfies Record<string, Operator>;

function castReference(x: AnyReference, dtype: DType): AnyReference {
  if (dtype === "string") return x.dtype === "string" ? x : textsOf(x);
  return convert(x.dtype === "string" ? numbersOf(x) : x, dtype);
}

/** Towards zero where the dtype has no fractions. */
function convert(x: ReferenceTensor, dtype: NumericDType): ReferenceTensor {
  if (dtype === "bool") return mapElements(x, (value) => (value === 0 ? 0 : 1), dtype);
  return mapElements(x, (value) => (DTYPES[dtype].isFloat ? value : Math.trunc(value)), dtype);
}

/** Steps have the gradient 0 wherever they have one; the parameters before them get zeros, as in PyTorch. */
function piecewiseConstant(): readonly undefined[] {
  return [];
}

/**
 * p·x^(p−1). Squares and cubes, which exports of layer norms and GELUs are full of, are products: ONNX Runtime's general power is many
 * times slower.
 */
function powerDerivative(b: Emitter, x: Value, p: Value): Value {
  const constant = b.tensorOf(p);
  const exponent = constant?.data.length === 1 ? toNumbers(constant)[0]! : undefined;
  const scaled = (factor: number, value: Value) => b.op("Mul", [value, b.scalar(factor, x.dtype)]);
  if (exponent === 0) return b.scalar(0, x.dtype);
  if (exponent === 1) return b.scalar(1, x.dtype);
  if (exponent === 2) return b.op("Add", [x, x]);
  if (exponent === 3) return scaled(3, b.op("Mul", [x, x]));
  if (exponent === 0.5) return b.op("Div", [b.scalar(0.5, x.dtype), b.op("Sqrt", [x])]);
  if (exponent !== undefined) return scaled(exponent, b.op("Pow", [x, b.scalar(exponent - 1, x.dtype)]));
  const power = p.dtype === x.dtype ? p : b.op("Cast", [p], { to: DTYPES[x.dtype].onnx });
  const isConstant = b.op("Equal", [power, b.scalar(0, x.dtype)]);
  const slope = b.op("Mul", [power, b.op("Pow", [x, b.op("Sub", [power, b.scalar(1, x.dtype)])])]);
  return b.op("Where", [isConstant, b.scalar(0, x.dtype), slope]);
}

/** x^p·log x, which is 0 at x = 0 for p ≥ 0. */
function exponentDerivative(b: Emitter, { x, p, y }: { x: Value; p: Value; y: Value }): Value {
  const isZero = b.op("Equal", [x, b.scalar(0, x.dtype)]);
  const isFlat = b.op("And", [isZero, b.op("GreaterOrEqual", [p, b.scalar(0, p.dtype)])]);
  return b.op("Where", [isFlat, b.scalar(0, y.dtype), b.op("Mul", [y, b.op("Log", [x])])]);
}

/** Where several inputs attain the extreme, the first of them gets the whole gradient: a subgradient, also of `Max(x, x)`. */
function firstExtreme({ b, inputs, outputs: [y], dy, needs }: Elementwise): (Value | undefined)[] {
  let rest = dy;
  return inputs.map((x, i) => {
    if (i === inputs.length - 1) return needs(i) ? sumToShape(b, rest, x!) : undefined;
    const attained = b.op("Equal", [x!, y!]);
    const taken = needs(i) ? sumToShape(b, zerosWhereNot(b, attained, rest), x!) : undefined;
    if (inputs.some((_, later) => later > i && needs(later)))
      rest = b.op("Where", [attained, b.scalar(0, dy.dtype), rest]);
    return taken;
  });
}
