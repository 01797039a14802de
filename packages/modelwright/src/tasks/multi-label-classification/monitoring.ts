import type { MultiLabelOutcome } from "@modelwright/evaluation";
import { categoriesAnswered, confidences, numbersAnswered } from "../monitoring/answer-columns.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { textInputs } from "../monitoring/text-inputs.ts";
import { itemsOf } from "../text-encoder/text-rows.ts";
import type { LabelSetRows } from "./rows.ts";

/** What is watched of labels on texts, of which there may be several. */
export const monitoring: Monitoring<"multi-label-classification", LabelSetRows> = {
  items: ({ rows }) => itemsOf(rows),
  inputs: textInputs,
  outputs: (answers) => ({
    ...categoriesAnswered(
      "labels",
      answers.map(({ labels }) => (labels.length === 0 ? "(none)" : labels.toSorted().join(" + "))),
    ),
    ...numbersAnswered(
      "number of labels",
      answers.map(({ labels }) => labels.length),
    ),
    ...confidences(
      "confidence",
      answers.map(({ scores = [] }) => meanCertainty(scores.map(({ probability }) => probability))),
    ),
  }),
};

/** 1 where every label is certain to be there or not, 0.5 where none is; NaN without labels. */
function meanCertainty(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, value) => sum + Math.max(value, 1 - value), 0) / probabilities.length;
}

/** Labels held to those that were right. */
export const served: ServedOutcome<"multi-label-classification", MultiLabelOutcome> = (
  predictions,
  truths,
  { labels, thresholds },
) => ({
  labels,
  actual: Uint8Array.from(
    truths.flatMap((right) => labels.map((label) => Number((right as string[]).includes(label)))),
  ),
  probabilities: Float64Array.from(
    predictions.flatMap(({ answer: { labels: given, scores = [] } }) => {
      const scoreOf = new Map(scores.map(({ label, probability }) => [label, probability]));
      return labels.map((label) => scoreOf.get(label) ?? Number(given.includes(label)));
    }),
  ),
  thresholds: Float64Array.from(thresholds),
});
