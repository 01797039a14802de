import type { Emitter, Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

type Activation = (b: Emitter, x: Value) => Value;

const operator =
  (opType: string, attributes: Readonly<Record<string, number>> = {}): Activation =>
  (b, x) =>
    b.op(opType, [x], attributes);
const clip =
  (low: number, high: number): Activation =>
  (b, x) =>
    b.op("Clip", [x, b.scalar(low), b.scalar(high)]);
const silu: Activation = (b, x) => b.op("Mul", [x, b.op("Sigmoid", [x])]);

/** Activations by name. Where libraries differ, the constants are PyTorch's. */
export const ACTIVATIONS = {
  linear: (_, x) => x,
  relu: operator("Relu"),
  relu6: clip(0, 6),
  leakyRelu: operator("LeakyRelu", { alpha: 0.01 }),
  elu: operator("Elu", { alpha: 1 }),
  // Klambauer et al. 2017 (arXiv:1706.02515); ONNX's own defaults are the paper's constants.
  selu: operator("Selu"),
  // By the error function (Hendrycks & Gimpel 2016, arXiv:1606.08415), and its approximation by tanh.
  gelu: operator("Gelu"),
  geluTanh: operator("FastGelu"),
  quickGelu: (b, x) => b.op("Mul", [x, b.op("Sigmoid", [b.op("Mul", [x, b.scalar(1.702)])])]),
  silu,
  swish: silu,
  // Misra 2019 (arXiv:1908.08681)
  mish: (b, x) => b.op("Mul", [x, b.op("Tanh", [b.op("Softplus", [x])])]),
  hardSwish: operator("HardSwish"),
  sigmoid: operator("Sigmoid"),
  hardSigmoid: operator("HardSigmoid", { alpha: 1 / 6, beta: 0.5 }),
  logSigmoid: (b, x) => b.op("Neg", [b.op("Softplus", [b.op("Neg", [x])])]),
  tanh: operator("Tanh"),
  hardTanh: clip(-1, 1),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  exponential: operator("Exp"),
  softmax: operator("Softmax", { axis: -1 }),
  logSoftmax: operator("LogSoftmax", { axis: -1 }),
} as const satisfies Readonly<Record<string, Activation>>;

export type ActivationName = keyof typeof ACTIVATIONS;

/**
 * An activation by name, element by element; `softmax` and `logSoftmax` over the last axis.
 *
 * @param x float32, any shape, which is kept.
 */
export function activation(c: LayerContext, x: Value, name: ActivationName): Value {
  return ACTIVATIONS[name](c.b, x);
}
