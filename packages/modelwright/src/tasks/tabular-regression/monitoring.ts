import { confidences, numbersAnswered } from "../monitoring/answer-columns.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { rowInputs, rowItems } from "../monitoring/row-inputs.ts";
import { type IntervalOutcome, intervalOutcome } from "./interval-outcome.ts";
import type { NumberTable } from "./rows.ts";

/** What is watched of numbers for rows: a model that is less sure of them gives wider intervals. */
export const monitoring: Monitoring<"tabular-regression", NumberTable> = {
  items: rowItems,
  inputs: rowInputs,
  outputs: (answers) => ({
    ...numbersAnswered(
      "value",
      answers.map(({ value }) => value),
    ),
    ...confidences(
      "width of the interval",
      answers.map(({ low, high }) => high - low),
    ),
  }),
};

/** Numbers and their intervals held to those that were right. */
export const served: ServedOutcome<"tabular-regression", IntervalOutcome> = (predictions, truths, { interval }) =>
  intervalOutcome(
    Float64Array.from(truths, Number),
    predictions.map(({ answer }) => answer),
    interval.coverage,
  );
