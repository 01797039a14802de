import type { ScheduleOptions } from "./learning-rate.ts";

/** What the schedule `plateau` remembers between validations; a checkpoint holds it. */
export interface Plateau {
  /** On the learning rate. */
  readonly factor: number;
  readonly bestLoss: number;
  readonly evaluationsSinceBest: number;
}

export const PLATEAU_START: Plateau = { factor: 1, bestLoss: Number.MAX_VALUE, evaluationsSinceBest: 0 };

/** A loss must be better by this share of the best to count as better. */
const THRESHOLD = 1e-4;

/**
 * The plateau after one more validation: the factor shrinks when more than `patience` of them in a row
 * brought nothing.
 *
 * @param options `factor` to shrink by, default 0.1; `patience`, default 2; `minimum` of the factor, default
 * 0.
 */
export function plateauAfter(plateau: Plateau, loss: number, options: ScheduleOptions = {}): Plateau {
  if (loss < plateau.bestLoss * (1 - THRESHOLD)) return { ...plateau, bestLoss: loss, evaluationsSinceBest: 0 };
  const { factor = 0.1, patience = 2, minimum = 0 } = options;
  const evaluationsSinceBest = plateau.evaluationsSinceBest + 1;
  if (evaluationsSinceBest <= patience) return { ...plateau, evaluationsSinceBest };
  return { ...plateau, factor: Math.max(minimum, plateau.factor * factor), evaluationsSinceBest: 0 };
}
