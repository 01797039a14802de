import type { Value } from "@modelwright/engine";
import type { LossContext } from "../losses/loss-context.ts";
import type { TensorSpec } from "../model-definition.ts";

/** What the numbers of a model's last layer are trained to say: it goes with any layers below. */
export interface Objective {
  /** What a model with it is called: `classifier`, `regressor`, `tagger`. */
  readonly name: string;
  /** Numbers per row: classes, labels or targets. */
  readonly width: number;
  /** The target tensor `labels`. */
  readonly labels: TensorSpec;
  /**
   * Scalar float32: the mean over the rows of the batch.
   *
   * @param values.logits float32 `[batch, width]`.
   */
  loss(c: LossContext, values: { readonly logits: Value; readonly labels: Value }): Value;
}
