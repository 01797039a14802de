import type { Emitter } from "../graph/emitter.ts";
import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { sumToShape } from "./gradient-shapes.ts";
import { defineOperator, type GradientContext, type Operator } from "./operator.ts";
import { erf, mapBroadcast, mapElements, sigmoid } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

type Biased = GradientContext<Record<never, never>>;

/** The input times how likely a normal variable is to lie below it, and its approximations. */
export const gelu = {
  /** x·Φ(x), or its approximation by tanh (arXiv:1606.08415). */
  Gelu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { approximate: { type: "string", default: "none" } },
    infer: (c) => {
      const { approximate } = c.attributes;
      if (approximate !== "none" && approximate !== "tanh") c.fail("approximate is none or tanh", approximate);
      return inferSame(c);
    },
    gradient: ({ b, inputs: [x], dy, attributes }) => [
      b.op("Mul", [dy, attributes.approximate === "tanh" ? tanhGeluSlope(b, x) : geluSlope(b, x)]),
    ],
    reference: ([x], { attributes }) => [mapElements(x, attributes.approximate === "tanh" ? tanhGelu : exactGelu)],
  }),

  /** The tanh form of Gelu on x + bias; the bias is optional. */
  FastGelu: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["X", "bias?"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: (c) => biasedGradient(c, tanhGeluSlope),
    reference: ([x, bias]) => [
      bias === undefined
        ? mapElements(x, tanhGelu)
        : mapBroadcast([x, bias], (value, shift) => tanhGelu(value + shift)),
    ],
  }),

  /** Gelu of x + bias. */
  BiasGelu: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: inferSame,
    gradient: (c) => biasedGradient(c, geluSlope),
    reference: ([x, bias]) => [mapBroadcast([x, bias], (value, shift) => exactGelu(value + shift))],
  }),

  /** x·σ(alpha·x); with alpha 1 it is SiLU. */
  QuickGelu: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { alpha: { type: "float", default: 1.702 } },
    infer: inferSame,
    // With s = σ(αx): s + αx·s·(1 − s) = s·(1 + α(x − y)).
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes: { alpha } }) => {
      const scaled = (value: Value) => b.op("Mul", [value, b.scalar(alpha, dy.dtype)]);
      const rest = b.op("Add", [scaled(b.op("Sub", [x, y])), b.scalar(1, dy.dtype)]);
      return [b.op("Mul", [dy, b.op("Mul", [b.op("Sigmoid", [scaled(x)]), rest])])];
    },
    reference: ([x], { attributes: { alpha } }) => [mapElements(x, (value) => value * sigmoid(alpha * value))],
  }),
} satisfies Record<string, Operator>;

/** Of an activation, whose slope is given, of x + bias. */
function biasedGradient(
  { b, inputs: [x, bias], dy, needs }: Biased,
  slope: (b: Emitter, x: Value) => Value,
): readonly (Value | undefined)[] {
  const dx = b.op("Mul", [dy, slope(b, bias === undefined ? x! : b.op("Add", [x!, bias]))]);
  return [dx, bias !== undefined && needs(1) ? sumToShape(b, dx, bias) : undefined];
}

function exactGelu(x: number): number {
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

function tanhGelu(x: number): number {
  return x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
}

/**
 * Φ(x) + x·φ(x) in eight passes. With u = x/√2: Φ(x) = ½ + ½·erf(u), which HardSigmoid computes in one pass as it never leaves [0, 1],
 * and x·φ(x) = u·e^(k − u²) with k = ln(1/√π).
 */
function geluSlope(b: Emitter, x: Value): Value {
  const u = b.op("Mul", [x, b.scalar(Math.SQRT1_2, x.dtype)]);
  const cumulative = b.op("HardSigmoid", [b.op("Erf", [u])], { alpha: 0.5, beta: 0.5 });
  const exponent = b.op("Sub", [b.scalar(-0.5 * Math.log(Math.PI), x.dtype), b.op("Mul", [u, u])]);
  return b.op("Add", [cumulative, b.op("Mul", [u, b.op("Exp", [exponent])])]);
}

/**
 * The slope of x·σ(z), z = x·(a + c·x²), which is the tanh form as ½(1 + tanh(z/2)) = σ(z): σ + σ(1 − σ)·m with
 * m = x·dz/dx = x·(a + 3c·x²) = 3z − 2a·x.
 */
function tanhGeluSlope(b: Emitter, x: Value): Value {
  const a = 2 * Math.sqrt(2 / Math.PI);
  const scaled = (value: Value, factor: number) => b.op("Mul", [value, b.scalar(factor, x.dtype)]);
  const z = b.op("Mul", [x, b.op("Add", [scaled(b.op("Mul", [x, x]), a * 0.044715), b.scalar(a, x.dtype)])]);
  const s = b.op("Sigmoid", [z]);
  const m = b.op("Sub", [scaled(z, 3), scaled(x, 2 * a)]);
  const variance = b.op("Sub", [s, b.op("Mul", [s, s])]);
  return b.op("Add", [s, b.op("Mul", [variance, m])]);
}
