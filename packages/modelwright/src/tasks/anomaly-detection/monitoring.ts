import { categoriesAnswered, numbersAnswered } from "../monitoring/answer-columns.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { rowInputs, rowItems } from "../monitoring/row-inputs.ts";
import type { WatchedOutcome } from "./outcome.ts";
import type { WatchedTable } from "./rows.ts";

/** What is watched of how odd rows are. */
export const monitoring: Monitoring<"anomaly-detection", WatchedTable> = {
  items: rowItems,
  inputs: rowInputs,
  outputs: (answers) => ({
    ...numbersAnswered(
      "score",
      answers.map(({ score }) => score),
    ),
    ...categoriesAnswered(
      "anomalous",
      answers.map(({ anomalous }) => (anomalous ? "yes" : "no")),
    ),
  }),
};

/** Rows held to whether they were odd. A score grows with what makes a row odd, which is all that its metrics ask. */
export const served: ServedOutcome<"anomaly-detection", WatchedOutcome> = (predictions, truths, { threshold }) => ({
  known: Int8Array.from(truths, Number),
  oddness: Float64Array.from(predictions, ({ answer }) => answer.score),
  flagged: Uint8Array.from(predictions, ({ answer }) => Number(answer.anomalous)),
  expected: threshold.share,
});
