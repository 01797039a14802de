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
  /** The target tensor `teacher_logits`. Absent: it learns from labels alone. */
  readonly teacherLogits?: TensorSpec;
  /**
   * Scalar float32: the mean over the rows of the batch.
   *
   * @param values.logits float32 `[batch, width]`.
   * @param values.teacherLogits Where the objective has a teacher: float32 `[batch, width]`.
   */
  loss(
    c: LossContext,
    values: { readonly logits: Value; readonly labels: Value; readonly teacherLogits?: Value | undefined },
  ): Value;
}

/** The target tensors that an objective reads, by name. */
export function targetsOf({ labels, teacherLogits }: Objective): Readonly<Record<string, TensorSpec>> {
  return { labels, ...(teacherLogits === undefined ? {} : { teacher_logits: teacherLogits }) };
}

/** The loss of a model by the tensors of `targetsOf`. */
export function lossOf(
  c: LossContext,
  objective: Objective,
  { logits, targets }: { readonly logits: Value; readonly targets: Readonly<Record<string, Value>> },
): Value {
  return objective.loss(c, { logits, labels: targets["labels"]!, teacherLogits: targets["teacher_logits"] });
}
