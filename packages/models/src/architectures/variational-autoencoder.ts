import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { dense, staticSize } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import type { LossContext } from "../losses/loss-context.ts";
import { heUniform } from "../parameters/initializers.ts";

export interface VariationalAutoencoderConfig {
  /** Widths of the encoder's hidden layers; the decoder has them in the other order. */
  readonly hidden: readonly number[];
  /** Width of the code. */
  readonly code: number;
}

/** The normal distribution of a row's code, a code drawn from it, and what is rebuilt. */
export interface VariationallyAutoencoded extends GaussianCode {
  /** In training mean + deviation · noise, otherwise the mean: float32 `[batch, code]`. */
  readonly code: Value;
  /** What is rebuilt, before a sigmoid: the shape of the input. */
  readonly logits: Value;
}

/** A normal distribution of independent coordinates. */
export interface GaussianCode {
  /** float32 `[batch, code]`. */
  readonly mean: Value;
  /** The natural logarithm of the variance, float32 `[batch, code]`. */
  readonly logVariance: Value;
}

/**
 * A variational autoencoder (Kingma & Welling 2013, arXiv:1312.6114). Its loss is that of the rebuilt input plus `standardNormalDivergence`.
 *
 * @param x float32 `[batch, features]`.
 */
export function variationalAutoencoder(
  c: LayerContext,
  x: Value,
  { hidden, code: width }: VariationalAutoencoderConfig,
): VariationallyAutoencoded {
  const layers = (input: Value, widths: readonly number[]) =>
    widths.reduce((y, size, i) => {
      return activation(c, dense(c, y, { name: `hidden${i}`, width: size, initializer: heUniform }), "relu");
    }, input);
  const { mean, logVariance } = c.scope("encoder", () => {
    const last = layers(x, hidden);
    return {
      mean: dense(c, last, { name: "mean", width }),
      logVariance: dense(c, last, { name: "log_variance", width }),
    };
  });
  const code = drawCode(c, { mean, logVariance });
  const logits = c.scope("decoder", () =>
    dense(c, layers(code, hidden.toReversed()), { name: "output", width: staticSize(x, -1) }),
  );
  return { mean, logVariance, code, logits };
}

/** Noise is an input, so that the gradient passes through the distribution's parameters. */
function drawCode(c: LayerContext, { mean, logVariance }: GaussianCode): Value {
  if (c.build.training === undefined) return mean;
  const { b } = c;
  const deviation = b.op("Exp", [b.op("Mul", [logVariance, b.scalar(0.5)])]);
  return b.op("Add", [mean, b.op("Mul", [deviation, c.noise("code", mean.shape)])]);
}

/**
 * How far a code's distribution lies from the standard normal one: ½ · Σ (mean² + variance − 1 − ln variance), the mean over rows.
 *
 * @returns Scalar float32, in nats.
 */
export function standardNormalDivergence({ b }: LossContext, { mean, logVariance }: GaussianCode): Value {
  const excess = b.op("Sub", [b.op("Exp", [logVariance]), b.op("Add", [logVariance, b.scalar(1)])]);
  const terms = b.op("Add", [b.op("Mul", [mean, mean]), excess]); // [B, code]
  const rows = b.op("ReduceSum", [terms, b.ints([1])], { keepdims: 0 }); // [B]
  return b.op("Mul", [b.op("ReduceMean", [rows], { keepdims: 0 }), b.scalar(0.5)]);
}
