import type { ClassificationOutcome } from "@modelwright/evaluation";
import { estimateLabels, labelOutcome, labelOutputs } from "../monitoring/label-answers.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { rowInputs, rowItems } from "../monitoring/row-inputs.ts";
import type { LabelledTable } from "./rows.ts";

/** What is watched of labels on rows. */
export const monitoring: Monitoring<"tabular-classification", LabelledTable> = {
  items: rowItems,
  inputs: rowInputs,
  outputs: labelOutputs,
  estimate: estimateLabels,
};

/** Labels held to those that were right. */
export const served: ServedOutcome<"tabular-classification", ClassificationOutcome> = (predictions, truths, manifest) =>
  labelOutcome(
    predictions.map(({ answer }) => answer),
    truths,
    manifest,
  );
