import type { Plateau } from "../schedules/plateau.ts";
import type { EvaluationEvent } from "./training-event.ts";

/** What an evaluation on the validation rows gives, with the weights as they are now. */
export type Validation = Pick<EvaluationEvent, "loss" | "measures">;

/** Everything about progress that is not weights; a checkpoint holds it as JSON. */
export interface FitState {
  updates: number;
  bestStep: number;
  /** Smaller is better. Absent before the first evaluation. */
  bestScore?: number;
  evaluationsSinceBest: number;
  plateau: Plateau;
  /** Set when early stopping or the last step ended the run. */
  finished: boolean;
  readonly curve: { step: number; loss: number; learningRate: number }[];
  readonly evaluations: (Validation & { step: number })[];
}
