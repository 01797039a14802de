import type { ClassificationOutcome } from "@modelwright/evaluation";
import { estimateLabels, labelOutcome, labelOutputs } from "../monitoring/label-answers.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { textInputs } from "../monitoring/text-inputs.ts";
import { itemsOf } from "../text-encoder/text-rows.ts";
import type { LabelledRows } from "./rows.ts";

/** What is watched of labels on texts. */
export const monitoring: Monitoring<"text-classification", LabelledRows> = {
  items: ({ rows }) => itemsOf(rows),
  inputs: textInputs,
  outputs: labelOutputs,
  estimate: estimateLabels,
};

/** Labels held to those that were right. */
export const served: ServedOutcome<"text-classification", ClassificationOutcome> = (predictions, truths, manifest) =>
  labelOutcome(
    predictions.map(({ answer }) => answer),
    truths,
    manifest,
  );
