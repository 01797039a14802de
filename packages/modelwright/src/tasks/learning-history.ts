import type { LearningHistory } from "@modelwright/evaluation";
import type { FitState } from "@modelwright/training";

/** The curves of a run, as a report draws them. */
export function learningHistory({ curve, evaluations }: FitState): LearningHistory {
  return {
    steps: curve,
    evaluations: evaluations.map(({ step, loss, measures }) => ({ step, loss, metrics: measures })),
  };
}
