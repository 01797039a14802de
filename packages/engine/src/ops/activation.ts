import type { GraphBuilder } from "../graph/builder.ts";
import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { sumToShape, zerosWhereNot } from "./gradient-shapes.ts";
import { defineOperator, type Operator } from "./operator.ts";
import { erf, mapBroadcast, mapElements } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

/**
 * Activations. Each node of a gradient is a pass over memory as large as the layer, so gradients reuse the output and are written with as
 * few nodes as the formulas allow.
 */
export const activation = {
  /** Subgradient 0 at 0, as in PyTorch. */
  Relu: defineOperator({
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Mul", [dy, unitStep(b, x!)])],
    reference: ([x]) => [mapElements(x!, (value) => Math.max(value, 0))],
  }),

  /** Subgradient `alpha` at 0, as in PyTorch. */
  LeakyRelu: defineOperator({
    attributes: { alpha: { type: "float", default: 0.01 } },
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy, attributes: { alpha } }) => {
      const slope =
        alpha >= 0 && alpha <= 1
          ? b.op("Max", [unitStep(b, x!), b.scalar(alpha, dy.dtype)])
          : b.op("Where", [isPositive(b, x!), b.scalar(1, dy.dtype), b.scalar(alpha, dy.dtype)]);
      return [b.op("Mul", [dy, slope])];
    },
    reference: ([x], { attributes }) => [mapElements(x!, (value) => (value > 0 ? value : attributes.alpha * value))],
  }),

  Sigmoid: defineOperator({
    attributes: {},
    infer: inferSame,
    // y − y²
    gradient: ({ b, outputs: [y], dy }) => [b.op("Mul", [dy, b.op("Sub", [y!, b.op("Mul", [y!, y!])])])],
    reference: ([x]) => [mapElements(x!, sigmoid)],
  }),

  Tanh: defineOperator({
    attributes: {},
    infer: inferSame,
    // 1 − y²
    gradient: ({ b, outputs: [y], dy }) => [
      b.op("Mul", [dy, b.op("Sub", [b.scalar(1, dy.dtype), b.op("Mul", [y!, y!])])]),
    ],
    reference: ([x]) => [mapElements(x!, Math.tanh)],
  }),

  Softplus: defineOperator({
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Mul", [dy, b.op("Sigmoid", [x!])])],
    reference: ([x]) => [mapElements(x!, (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))))],
  }),

  Softsign: defineOperator({
    attributes: {},
    infer: inferSame,
    // 1/(1 + |x|)² = (1 − |y|)²
    gradient: ({ b, outputs: [y], dy }) => {
      const root = b.op("Sub", [b.scalar(1, dy.dtype), b.op("Abs", [y!])]);
      return [b.op("Mul", [b.op("Mul", [dy, root]), root])];
    },
    reference: ([x]) => [mapElements(x!, (value) => value / (1 + Math.abs(value)))],
  }),

  /** Subgradient `alpha` at 0, as in PyTorch. */
  Elu: defineOperator({
    attributes: { alpha: { type: "float", default: 1 } },
    infer: inferSame,
    // Below 0, α·e^x = y + α; with α = 1 that is min(y, 0) + 1 on both sides.
    gradient: ({ b, outputs: [y], dy, attributes: { alpha } }) => {
      const one = b.scalar(1, dy.dtype);
      const slope =
        alpha === 1
          ? b.op("Add", [b.op("Min", [y!, b.scalar(0, dy.dtype)]), one])
          : b.op("Where", [isPositive(b, y!), one, b.op("Add", [y!, b.scalar(alpha, dy.dtype)])]);
      return [b.op("Mul", [dy, slope])];
    },
    reference: ([x], { attributes }) => [
      mapElements(x!, (value) => (value > 0 ? value : attributes.alpha * Math.expm1(value))),
    ],
  }),

  /** Subgradient `gamma·alpha` at 0. */
  Selu: defineOperator({
    attributes: {
      alpha: { type: "float", default: 1.6732631921768188 },
      gamma: { type: "float", default: 1.0507010221481323 },
    },
    infer: inferSame,
    // Below 0, γ·α·e^x = y + γ·α.
    gradient: ({ b, outputs: [y], dy, attributes: { alpha, gamma } }) => {
      const below = b.op("Add", [y!, b.scalar(gamma * alpha, dy.dtype)]);
      return [b.op("Mul", [dy, b.op("Where", [isPositive(b, y!), b.scalar(gamma, dy.dtype), below])])];
    },
    reference: ([x], { attributes: { alpha, gamma } }) => [
      mapElements(x!, (value) => gamma * (value > 0 ? value : alpha * Math.expm1(value))),
    ],
  }),

  /** Subgradient 0 at both bends. */
  HardSigmoid: defineOperator({
    attributes: { alpha: { type: "float", default: 0.2 }, beta: { type: "float", default: 0.5 } },
    infer: inferSame,
    gradient: ({ b, outputs: [y], dy, attributes }) => {
      const sloped = b.op("And", [isPositive(b, y!), b.op("Less", [y!, b.scalar(1, dy.dtype)])]);
      return [zerosWhereNot(b, sloped, b.op("Mul", [dy, b.scalar(attributes.alpha, dy.dtype)]))];
    },
    reference: ([x], { attributes: { alpha, beta } }) => [
      mapElements(x!, (value) => Math.max(0, Math.min(1, alpha * value + beta))),
    ],
  }),

  /** x·HardSigmoid(x) with alpha 1/6 and beta ½ (arXiv:1905.02244). Subgradients 0 at −3 and 1 at 3. */
  HardSwish: defineOperator({
    attributes: {},
    infer: inferSame,
    // The hard sigmoid plus x/6 between its bends.
    gradient: ({ b, inputs: [x], dy }) => {
      const gate = b.op("HardSigmoid", [x!], { alpha: 1 / 6, beta: 0.5 });
      const isSloped = b.op("Less", [b.op("Abs", [x!]), b.scalar(3, dy.dtype)]);
      const sloped = b.op("Mul", [b.op("Cast", [isSloped], { to: DTYPES[dy.dtype].onnx }), b.scalar(1 / 6, dy.dtype)]);
      return [b.op("Mul", [dy, b.op("Add", [gate, b.op("Mul", [x!, sloped])])])];
    },
    reference: ([x]) => [mapElements(x!, (value) => value * Math.max(0, Math.min(1, value / 6 + 0.5)))],
  }),

  /** x·Φ(x), or its approximation by tanh (arXiv:1606.08415). */
  Gelu: defineOperator({
    attributes: { approximate: { type: "string", default: "none" } },
    infer: (c) => {
      const { approximate } = c.attributes;
      if (approximate !== "none" && approximate !== "tanh") c.fail("approximate is none or tanh", approximate);
      return inferSame(c);
    },
    gradient: ({ b, inputs: [x], dy, attributes }) => [
      b.op("Mul", [dy, attributes.approximate === "tanh" ? tanhGeluSlope(b, x!) : geluSlope(b, x!)]),
    ],
    reference: ([x], { attributes }) => [
      mapElements(
        x!,
        attributes.approximate === "tanh" ? tanhGelu : (value) => 0.5 * value * (1 + erf(value / Math.SQRT2)),
      ),
    ],
  }),

  /** The tanh form of Gelu on x + bias; the bias is optional. */
  FastGelu: defineOperator({
    domain: MICROSOFT_DOMAIN,
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x, bias], dy, needs }) => {
      const slope = tanhGeluSlope(b, bias === undefined ? x! : b.op("Add", [x!, bias]));
      const dx = b.op("Mul", [dy, slope]);
      return [dx, bias !== undefined && needs(1) ? sumToShape(b, dx, bias) : undefined];
    },
    reference: ([x, bias]) => [
      bias === undefined
        ? mapElements(x!, tanhGelu)
        : mapBroadcast([x!, bias], (value, shift) => tanhGelu(value! + shift!)),
    ],
  }),
} satisfies Record<string, Operator>;

function isPositive(b: GraphBuilder, x: Value): Value {
  return b.op("Greater", [x, b.scalar(0, x.dtype)]);
}

/**
 * 1 above 0, otherwise 0. In float32 one pass: a hard sigmoid too steep to have a slope. Measured on 3 million elements, the product with
 * it takes half the time of one with Sign, or of Greater and Where (whose kernel makes two temporary tensors); the price is that an infinite
 * gradient becomes NaN where the unit is closed. ONNX Runtime has no float64 HardSigmoid.
 */
function unitStep(b: GraphBuilder, x: Value): Value {
  if (x.dtype === "float32") return b.op("HardSigmoid", [x], { alpha: 3e38, beta: 0 });
  return b.op("Cast", [isPositive(b, x)], { to: DTYPES[x.dtype].onnx });
}

function tanhGelu(x: number): number {
  return x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Φ(x) + x·φ(x) in eight passes. With u = x/√2: Φ(x) = ½ + ½·erf(u), which HardSigmoid computes in one pass as it never leaves [0, 1],
 * and x·φ(x) = u·e^(k − u²) with k = ln(1/√π).
 */
function geluSlope(b: GraphBuilder, x: Value): Value {
  const u = b.op("Mul", [x, b.scalar(Math.SQRT1_2, x.dtype)]);
  const cumulative = b.op("HardSigmoid", [b.op("Erf", [u])], { alpha: 0.5, beta: 0.5 });
  const exponent = b.op("Sub", [b.scalar(-0.5 * Math.log(Math.PI), x.dtype), b.op("Mul", [u, u])]);
  return b.op("Add", [cumulative, b.op("Mul", [u, b.op("Exp", [exponent])])]);
}

/**
 * The slope of x·σ(z), z = x·(a + c·x²), which is the tanh form as ½(1 + tanh(z/2)) = σ(z): σ + σ(1 − σ)·m with
 * m = x·dz/dx = x·(a + 3c·x²) = 3z − 2a·x.
 */
function tanhGeluSlope(b: GraphBuilder, x: Value): Value {
  const a = 2 * Math.sqrt(2 / Math.PI);
  const scaled = (value: Value, factor: number) => b.op("Mul", [value, b.scalar(factor, x.dtype)]);
  const z = b.op("Mul", [x, b.op("Add", [scaled(b.op("Mul", [x, x]), a * 0.044715), b.scalar(a, x.dtype)])]);
  const s = b.op("Sigmoid", [z]);
  const m = b.op("Sub", [scaled(z, 3), scaled(x, 2 * a)]);
  const variance = b.op("Sub", [s, b.op("Mul", [s, s])]);
  return b.op("Add", [s, b.op("Mul", [variance, m])]);
}
