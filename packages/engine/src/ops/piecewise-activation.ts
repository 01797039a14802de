import { showShape } from "../tensor/shape.ts";
import { isPositive } from "./activation.ts";
import { sumToShape, zerosWhereNot } from "./gradient-shapes.ts";
import { defineOperator, type Operator } from "./operator.ts";
import { mapBroadcast, mapElements } from "./reference-kernels.ts";
import { inferBroadcast, inferSame } from "./shape-rules.ts";
import { mayExpandTo } from "./shape-values.ts";

/** Activations that are made of pieces. */
export const piecewiseActivation = {
  /** max(x, 0) + min(α·(e^(x/α) − 1), 0) (arXiv:1704.07483). */
  Celu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { alpha: { type: "float", default: 1 } },
    infer: inferSame,
    // Below 0, e^(x/α) = y/α + 1.
    gradient: ({ b, inputs: [x], outputs: [y], dy, attributes: { alpha } }) => {
      const one = b.scalar(1, dy.dtype);
      const below = b.op("Add", [b.op("Mul", [y, b.scalar(1 / alpha, dy.dtype)]), one]);
      return [b.op("Mul", [dy, b.op("Where", [isPositive(b, x), one, below])])];
    },
    reference: ([x], { attributes: { alpha } }) => [
      mapElements(x, (value) => (value > 0 ? value : alpha * Math.expm1(value / alpha))),
    ],
  }),

  /** x above 0, slope·x below; slopes broadcast to x. At 0 the slope of below, as in PyTorch. */
  PRelu: defineOperator({
    inputs: ["X", "slope"],
    outputs: ["Y"],
    attributes: {},
    infer: (c) => {
      const [x, slope] = c.inputs;
      inferBroadcast(c);
      if (!mayExpandTo(slope.shape, x.shape))
        c.fail(`slopes broadcast to ${showShape(x.shape)}`, showShape(slope.shape));
      return inferSame(c);
    },
    gradient: ({ b, inputs: [x, slope], dy, needs }) => {
      const zero = b.scalar(0, dy.dtype);
      return [
        needs(0) ? b.op("Where", [isPositive(b, x), dy, b.op("Mul", [dy, slope])]) : undefined,
        needs(1) ? sumToShape(b, b.op("Mul", [dy, b.op("Min", [x, zero])]), slope) : undefined,
      ];
    },
    reference: ([x, slope]) => [mapBroadcast([x, slope], (value, s) => (value > 0 ? value : s * value))],
  }),

  /** x ± bias beyond ±lambd, 0 between. Subgradient 0 at the bends. */
  Shrink: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: { bias: { type: "float", default: 0 }, lambd: { type: "float", default: 0.5 } },
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy, attributes: { lambd } }) => [
      zerosWhereNot(b, b.op("Greater", [b.op("Abs", [x]), b.scalar(lambd, dy.dtype)]), dy),
    ],
    reference: ([x], { attributes: { bias, lambd } }) => [
      mapElements(x, (value) => (value > lambd ? value - bias : value < -lambd ? value + bias : 0)),
    ],
  }),

  /** x above alpha, otherwise 0. Subgradient 0 at alpha. */
  ThresholdedRelu: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { alpha: { type: "float", default: 1 } },
    infer: inferSame,
    gradient: ({ b, inputs: [x], dy, attributes: { alpha } }) => [
      zerosWhereNot(b, b.op("Greater", [x, b.scalar(alpha, dy.dtype)]), dy),
    ],
    reference: ([x], { attributes: { alpha } }) => [mapElements(x, (value) => (value > alpha ? value : 0))],
  }),
} satisfies Record<string, Operator>;
