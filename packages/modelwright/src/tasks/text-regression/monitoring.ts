import type { RegressionOutcome } from "@modelwright/evaluation";
import { numbersAnswered } from "../monitoring/answer-columns.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { textInputs } from "../monitoring/text-inputs.ts";
import { itemsOf } from "../text-encoder/text-rows.ts";
import type { NumberRows } from "./rows.ts";

/** What is watched of numbers for texts. */
export const monitoring: Monitoring<"text-regression", NumberRows> = {
  items: itemsOf,
  inputs: textInputs,
  outputs: (answers) =>
    numbersAnswered(
      "value",
      answers.map(({ value }) => value),
    ),
};

/** Numbers held to those that were right. */
export const served: ServedOutcome<"text-regression", RegressionOutcome> = (predictions, truths) => ({
  actual: Float64Array.from(truths, Number),
  predicted: Float64Array.from(predictions, ({ answer }) => answer.value),
});
