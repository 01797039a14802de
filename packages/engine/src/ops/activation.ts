import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { zerosWhereNot } from "./gradient-shapes.ts";
import { defineOperator, type Operator } from "./operator.ts";
import { mapElements, sigmoid } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

/**
 * Activations. Each node of a gradient is a pass over memory as large as the layer, so gradients reuse the output and are written with as
 * few nodes as the formulas allow.
 */
export const activation = {
  /** Subgradient 0 at 0, as in PyTorch. */
  Relu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Mul", [dy, unitStep(b, x)])],
    reference: ([x]) => [mapElements(x, (value) => Math.max(value, 0))],
  }),

  /** Subgradient `alpha` at 0, as in PyTorch. */
  LeakyRelu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { alpha: { type: "float", default: 0.01 } },
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy, attributes: { alpha } }) => {
      const slope =
        alpha >= 0 && alpha <= 1
          ? b.op("Max", [unitStep(b, x), b.scalar(alpha, dy.dtype)])
          : b.op("Where", [isPositive(b, x), b.scalar(1, dy.dtype), b.scalar(alpha, dy.dtype)]);
      return [b.op("Mul", [dy, slope])];
    },
    reference: ([x], { attributes }) => [mapElements(x, (value) => (value > 0 ? value : attributes.alpha * value))],
  }),

  Sigmoid: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    // y − y²
    gradient: ({ b, outputs: [y], dy }) => [b.op("Mul", [dy, b.op("Sub", [y, b.op("Mul", [y, y])])])],
    reference: ([x]) => [mapElements(x, sigmoid)],
  }),

  Tanh: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    // 1 − y²
    gradient: ({ b, outputs: [y], dy }) => [
      b.op("Mul", [dy, b.op("Sub", [b.scalar(1, dy.dtype), b.op("Mul", [y, y])])]),
    ],
    reference: ([x]) => [mapElements(x, Math.tanh)],
  }),

  Softplus: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy }) => [b.op("Mul", [dy, b.op("Sigmoid", [x])])],
    reference: ([x]) => [mapElements(x, (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))))],
  }),

  Softsign: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: {},
    infer: inferSame,
    // 1/(1 + |x|)² = (1 − |y|)²
    gradient: ({ b, outputs: [y], dy }) => {
      const root = b.op("Sub", [b.scalar(1, dy.dtype), b.op("Abs", [y])]);
      return [b.op("Mul", [b.op("Mul", [dy, root]), root])];
    },
    reference: ([x]) => [mapElements(x, (value) => value / (1 + Math.abs(value)))],
  }),

  /** Subgradient `alpha` at 0, as in PyTorch. */
  Elu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { alpha: { type: "float", default: 1 } },
    infer: inferSame,
    // Below 0, α·e^x = y + α; with α = 1 that is min(y, 0) + 1 on both sides.
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes: { alpha } }) => {
      const one = b.scalar(1, dy.dtype);
      const slope =
        alpha === 1
          ? b.op("Add", [b.op("Min", [y, b.scalar(0, dy.dtype)]), one])
          : b.op("Where", [isPositive(b, x), one, b.op("Add", [y, b.scalar(alpha, dy.dtype)])]);
      return [b.op("Mul", [dy, slope])];
    },
    reference: ([x], { attributes }) => [
      mapElements(x, (value) => (value > 0 ? value : attributes.alpha * Math.expm1(value))),
    ],
  }),

  /** Subgradient `gamma·alpha` at 0. */
  Selu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {
      alpha: { type: "float", default: 1.6732631921768188 },
      gamma: { type: "float", default: 1.0507010221481323 },
    },
    infer: inferSame,
    // Below 0, γ·α·e^x = y + γ·α.
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes: { alpha, gamma } }) => {
      const below = b.op("Add", [y, b.scalar(gamma * alpha, dy.dtype)]);
      return [b.op("Mul", [dy, b.op("Where", [isPositive(b, x), b.scalar(gamma, dy.dtype), below])])];
    },
    reference: ([x], { attributes: { alpha, gamma } }) => [
      mapElements(x, (value) => gamma * (value > 0 ? value : alpha * Math.expm1(value))),
    ],
  }),

  /** Subgradient 0 at both bends. */
  HardSigmoid: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { alpha: { type: "float", default: 0.2 }, beta: { type: "float", default: 0.5 } },
    infer: inferSame,
    gradient: ({ b, outputs: [y], dy, attributes }) => {
      const sloped = b.op("And", [isPositive(b, y), b.op("Less", [y, b.scalar(1, dy.dtype)])]);
      return [zerosWhereNot(b, sloped, b.op("Mul", [dy, b.scalar(attributes.alpha, dy.dtype)]))];
    },
    reference: ([x], { attributes: { alpha, beta } }) => [
      mapElements(x, (value) => Math.max(0, Math.min(1, alpha * value + beta))),
    ],
  }),

  /** x·HardSigmoid(x) with alpha 1/6 and beta ½ (arXiv:1905.02244). Subgradients 0 at −3 and 1 at 3. */
  HardSwish: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    // The hard sigmoid plus x/6 between its bends.
    gradient: ({ b, inputs: [x], dy }) => {
      const gate = b.op("HardSigmoid", [x], { alpha: 1 / 6, beta: 0.5 });
      const isSloped = b.op("Less", [b.op("Abs", [x]), b.scalar(3, dy.dtype)]);
      const sloped = b.op("Mul", [b.op("Cast", [isSloped], { to: DTYPES[dy.dtype].onnx }), b.scalar(1 / 6, dy.dtype)]);
      return [b.op("Mul", [dy, b.op("Add", [gate, b.op("Mul", [x, sloped])])])];
    },
    reference: ([x]) => [mapElements(x, (value) => value * Math.max(0, Math.min(1, value / 6 + 0.5)))],
  }),

  /** x·tanh(softplus(x)) (arXiv:1908.08681). */
  Mish: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferSame,
    // With t = tanh(softplus(x)): t + x·σ(x)·(1 − t²).
    gradient: ({ b, inputs: [x], dy }) => {
      const t = b.op("Tanh", [b.op("Softplus", [x])]);
      const rest = b.op("Sub", [b.scalar(1, dy.dtype), b.op("Mul", [t, t])]);
      const slope = b.op("Add", [t, b.op("Mul", [b.op("Mul", [x, b.op("Sigmoid", [x])]), rest])]);
      return [b.op("Mul", [dy, slope])];
    },
    reference: ([x]) => [mapElements(x, (value) => value * Math.tanh(Math.log1p(Math.exp(value))))],
  }),
} satisfies Record<string, Operator>;

export function isPositive(b: Emitter, x: Value): Value {
  return b.op("Greater", [x, b.scalar(0, x.dtype)]);
}

/**
 * 1 above 0, otherwise 0. In float32 one pass: a hard sigmoid too steep to have a slope. Measured on 3 million elements, the product with
 * it takes half the time of one with Sign, or of Greater and Where (whose kernel makes two temporary tensors); the price is that an infinite
 * gradient becomes NaN where the unit is closed. ONNX Runtime has no float64 HardSigmoid.
 */
function unitStep(b: Emitter, x: Value): Value {
  if (x.dtype === "float32") return b.op("HardSigmoid", [x], { alpha: 3e38, beta: 0 });
  return b.op("Cast", [isPositive(b, x)], { to: DTYPES[x.dtype].onnx });
}
