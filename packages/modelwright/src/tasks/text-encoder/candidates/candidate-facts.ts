import { type CandidatesManifest, METRIC_FAMILIES } from "@modelwright/contracts";
import { formatValue, titleInSentence } from "@modelwright/evaluation";
import { counted, duration } from "../../../wording/quantities.ts";

/** What each candidate of a version reached on the validation rows, or why it was not tried; by name. */
export function candidateFacts({
  metric,
  kept,
  tried,
  passedOver,
}: CandidatesManifest): { readonly name: string; readonly value: string }[] {
  return [
    ...tried.map(({ name, value, logLoss, seconds, epochs }) => ({
      name: name === kept ? `${name} (chosen)` : name,
      value: [
        `${metricInSentence(metric)} ${formatValue(value)}`,
        ...(logLoss === undefined ? [] : [`log loss ${formatValue(logLoss)}`]),
        ...(epochs === undefined ? [] : [counted(epochs, "epoch")]),
        duration(seconds),
      ].join(", "),
    })),
    ...passedOver.map(({ name, reason }) => ({ name, value: `passed over: ${reason}` })),
  ];
}

/** A metric by which candidates are compared, as it stands in a sentence. */
function metricInSentence(metric: string): string {
  const families: readonly Readonly<Record<string, { readonly title: string }>>[] = Object.values(METRIC_FAMILIES);
  const family = families.find((table) => Object.hasOwn(table, metric));
  return titleInSentence(family?.[metric]?.title ?? metric);
}

/** The same as lines of a summary; none where there was no choice. */
export function candidateLines(candidates: CandidatesManifest | undefined): (readonly [name: string, text: string])[] {
  if (candidates === undefined) return [];
  return candidateFacts(candidates).map(({ name, value }) => ["candidate", `${name}: ${value}`]);
}
