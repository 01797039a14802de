import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";
import { type ReductionOption, reduceLosses } from "./reduction.ts";

export interface BinaryCrossEntropyValues extends ReductionOption {
  /** float32 `[batch, ...]`: a yes-or-no question for each element, before the sigmoid. */
  readonly logits: Value;
  /** float32 of the same shape, in `[0, 1]`. */
  readonly targets: Value;
  /** Factor on the cost of positive targets: one for all, or one for each place of the last axis. Default 1. */
  readonly positiveWeight?: number | readonly number[] | undefined;
}

/**
 * Binary cross-entropy of logits: −(w · y · ln σ(x) + (1 − y) · ln(1 − σ(x))), the mean over every element.
 *
 * By −ln σ(x) = softplus(−x) it is (1 − y) · x + (1 + (w − 1) · y) · softplus(−x), which does not overflow.
 *
 * @returns Scalar float32, in nats; `[batch]` with reduction "none".
 */
export function binaryCrossEntropy(c: LossContext, values: BinaryCrossEntropyValues): Value {
  const { logits, targets, positiveWeight, reduction } = values;
  const { b } = c;
  const softplus = b.op("Softplus", [b.op("Neg", [logits])]);
  const negative = b.op("Mul", [b.op("Sub", [b.scalar(1), targets]), logits]);
  if (positiveWeight === undefined) return reduceLosses(c, b.op("Add", [negative, softplus]), reduction);
  const list = typeof positiveWeight === "number" ? [positiveWeight] : positiveWeight;
  const excess = list.map((weight) => weight - 1);
  const factor = b.op("Add", [b.op("Mul", [targets, b.constant("float32", [list.length], excess)]), b.scalar(1)]);
  return reduceLosses(c, b.op("Add", [negative, b.op("Mul", [factor, softplus])]), reduction);
}
