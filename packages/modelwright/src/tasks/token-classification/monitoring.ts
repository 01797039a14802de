import type { AnswerOf } from "@modelwright/contracts";
import type { LabelledSpan, SpanOutcome } from "@modelwright/evaluation";
import { categoriesAnswered, confidences, numbersAnswered } from "../monitoring/answer-columns.ts";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { textInputs } from "../monitoring/text-inputs.ts";
import type { SpanRows } from "./rows.ts";

type Entities = AnswerOf<"token-classification">["entities"];

/** What is watched of spans in texts. */
export const monitoring: Monitoring<"token-classification", SpanRows> = {
  items: ({ rows }) => rows.map(({ text }) => text),
  inputs: textInputs,
  outputs: (answers) => ({
    ...numbersAnswered(
      "spans",
      answers.map(({ entities }) => entities.length),
    ),
    ...categoriesAnswered(
      "labels",
      answers.map(({ entities }) => labelsOf(entities)),
    ),
    ...confidences(
      "mean score",
      answers.map(({ entities }) => meanScore(entities)),
    ),
  }),
};

/** `LOC + PER`; null of a text without spans. */
function labelsOf(entities: Entities): string | null {
  const labels = [...new Set(entities.map(({ label }) => label))].sort();
  return labels.length === 0 ? null : labels.join(" + ");
}

function meanScore(entities: Entities): number {
  return entities.reduce((sum, { score }) => sum + score, 0) / entities.length;
}

/** Spans held to those that should have been marked. */
export const served: ServedOutcome<"token-classification", SpanOutcome> = (predictions, truths, { labels }) => ({
  labels,
  rows: predictions.map(({ answer }, row) => ({
    actual: truths[row] as readonly LabelledSpan[],
    predicted: answer.entities.map(({ start, end, label }) => ({ start, end, label })),
  })),
});
