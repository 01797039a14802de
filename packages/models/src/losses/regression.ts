import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";
import { type ReductionOption, reduceLosses } from "./reduction.ts";

export interface RegressionValues extends ReductionOption {
  /** float32 `[batch, ...]`. */
  readonly predictions: Value;
  /** float32, a shape that broadcasts to that of the predictions. */
  readonly targets: Value;
}

/**
 * Mean squared error: the mean of (prediction − target)² over every element.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function meanSquaredError(c: LossContext, { predictions, targets, reduction }: RegressionValues): Value {
  const error = c.b.op("Sub", [predictions, targets]);
  return reduceLosses(c, c.b.op("Mul", [error, error]), reduction);
}

/**
 * Mean absolute error: the mean of |prediction − target| over every element.
 *
 * @returns Scalar float32; `[batch]` with reduction "none". Its gradient where both are equal is 0.
 */
export function meanAbsoluteError(c: LossContext, { predictions, targets, reduction }: RegressionValues): Value {
  return reduceLosses(c, c.b.op("Abs", [c.b.op("Sub", [predictions, targets])]), reduction);
}

export interface HuberValues extends RegressionValues {
  /** Error from which on the loss is linear. Default 1. */
  readonly delta?: number;
}

/**
 * Huber's loss (Huber 1964, Annals of Mathematical Statistics 35): e²/2 up to an error of δ, δ·(|e| − δ/2) beyond.
 *
 * Written as q·(|e| − q/2) with q = min(|e|, δ), which needs no branch.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function huber(c: LossContext, { predictions, targets, delta = 1, reduction }: HuberValues): Value {
  const { b } = c;
  const error = b.op("Abs", [b.op("Sub", [predictions, targets])]);
  const near = b.op("Min", [error, b.scalar(delta)]);
  const losses = b.op("Mul", [near, b.op("Sub", [error, b.op("Mul", [near, b.scalar(0.5)])])]);
  return reduceLosses(c, losses, reduction);
}
