import type { LearningHistory } from "@modelwright/evaluation";
import type { FittedTable } from "./fit-table.ts";

/** How the loss fell, round by round, of the model that learns in rounds. */
export function tableLearning({ rounds }: FittedTable): LearningHistory {
  return {
    steps: [],
    evaluations: rounds.map((loss, round) => ({ step: round + 1, loss, metrics: {} })),
  };
}
