import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";
import { type ReductionOption, reduceLosses } from "./reduction.ts";

export interface HingeValues extends ReductionOption {
  /** float32 `[batch, ...]`. */
  readonly scores: Value;
  /** float32 of the same shape: 1 or −1. */
  readonly targets: Value;
  /** Score from which on a right answer costs nothing. Default 1. */
  readonly margin?: number;
}

/**
 * Hinge loss: max(0, margin − target · score), the mean over every element.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function hinge(c: LossContext, { scores, targets, margin = 1, reduction }: HingeValues): Value {
  const short = c.b.op("Sub", [c.b.scalar(margin), c.b.op("Mul", [targets, scores])]);
  return reduceLosses(c, c.b.op("Relu", [short]), reduction);
}
