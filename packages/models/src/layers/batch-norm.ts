import type { Value } from "@modelwright/engine";
import { constant } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface BatchNormOptions {
  /** Scope of its parameters `weight` and `bias` and its buffers `running_mean` and `running_var`, all `[channels]`. */
  readonly name: string;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Share of a batch in the running statistics, as in PyTorch; ONNX counts the other share. Default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalisation of each channel (Ioffe & Szegedy 2015, arXiv:1502.03167).
 *
 * Training uses the statistics of the batch and lets the running ones follow, the variance as estimated from a sample: n / (n − 1) times
 * that of the batch. Serving uses the running ones, and so does a training in which the layer is frozen.
 *
 * @param x float32 `[batch, channels, ...]`.
 */
export function batchNorm(c: LayerContext, x: Value, options: BatchNormOptions): Value {
  const { name, epsilon = 1e-5, momentum = 0.1 } = options;
  const { b } = c;
  return c.scope(name, () => {
    const channels = [staticSize(x, 1)];
    const weight = c.parameter("weight", channels, { initializer: constant(1), decay: false });
    const bias = c.parameter("bias", channels, { initializer: constant(0), decay: false });
    const runningMean = c.buffer("running_mean", channels, constant(0));
    const runningVariance = c.buffer("running_var", channels, constant(1));
    if (!c.updatesBuffer("running_mean")) {
      return b.op("BatchNormalization", [x, weight, bias, runningMean, runningVariance], { epsilon });
    }
    // With momentum 0 the operator gives the batch's own statistics, which its gradient uses again. ONNX Runtime writes them over the
    // running ones that it is given, whoever reads those: so it gets values of their own, whose share is 0.
    const scratch = [runningMean, runningVariance].map((running) => b.op("Neg", [running]));
    const attributes = { epsilon, training_mode: 1, momentum: 0 };
    const results = b.multi("BatchNormalization", [x, weight, bias, ...scratch], 3, attributes);
    const [y, mean, variance] = results as [Value, Value, Value];
    const follow = (running: Value, batch: Value) =>
      b.op("Add", [running, b.op("Mul", [b.op("Sub", [batch, running]), b.scalar(momentum)])]);
    c.updateBuffer("running_mean", follow(runningMean, mean));
    c.updateBuffer("running_var", follow(runningVariance, b.op("Mul", [variance, sampleFactor(c, x)])));
    return y;
  });
}

/** n / (n − 1) for the n elements of each channel; 1 where there is a single one. */
function sampleFactor({ b }: LayerContext, x: Value): Value {
  const elements = b.op("Cast", [b.op("Size", [x])], { to: 1 });
  const n = b.op("Div", [elements, b.scalar(staticSize(x, 1))]);
  return b.op("Div", [n, b.op("Max", [b.op("Sub", [n, b.scalar(1)]), b.scalar(1)])]);
}
