import { klDivergence } from "../losses/kl-divergence.ts";
import { weightedSum } from "../losses/weighted-sum.ts";
import type { Objective } from "./objective.ts";

export interface DistillationOptions {
  /** Both distributions are softened by it; above 0. */
  readonly temperature: number;
  /** Share of the teacher in the loss, above 0 and at most 1; the rest is the labels'. */
  readonly weight: number;
}

/**
 * What classes are learnt by from labels, and from what a teacher says of the same rows: weight · T² · KL(teacher ‖ student) at temperature T,
 * and (1 − weight) times the loss of the objective. The target tensor `teacher_logits` is float32 `[batch, width]`.
 *
 * @see Hinton, Vinyals & Dean 2015, arXiv:1503.02531.
 */
export function distillationObjective(objective: Objective, { temperature, weight }: DistillationOptions): Objective {
  return {
    ...objective,
    teacherLogits: { dtype: "float32", shape: ["batch", objective.width] },
    loss: (c, { logits, labels, teacherLogits }) => {
      if (teacherLogits === undefined) throw new Error("a student is trained without its teacher's logits");
      return weightedSum(c, [
        { loss: klDivergence(c, { logits, teacherLogits, temperature }), weight },
        { loss: objective.loss(c, { logits, labels }), weight: 1 - weight },
      ]);
    },
  };
}
