import type { CandidatesManifest } from "@modelwright/contracts";
import { counted, duration } from "../../../wording/quantities.ts";

/** What each candidate of a version reached on the validation rows, or why it was not tried; by name. */
export function candidateFacts({
  kept,
  tried,
  passedOver,
}: CandidatesManifest): { readonly name: string; readonly value: string }[] {
  return [
    ...tried.map(({ name, value, logLoss, seconds, epochs }) => ({
      name: name === kept ? `${name} (chosen)` : name,
      value: [
        `macro F1 ${value.toFixed(3)}`,
        ...(logLoss === undefined ? [] : [`log loss ${logLoss.toFixed(3)}`]),
        ...(epochs === undefined ? [] : [counted(epochs, "epoch")]),
        duration(seconds),
      ].join(", "),
    })),
    ...passedOver.map(({ name, reason }) => ({ name, value: `passed over: ${reason}` })),
  ];
}

/** The same as lines of a summary; none where there was no choice. */
export function candidateLines(candidates: CandidatesManifest | undefined): (readonly [name: string, text: string])[] {
  if (candidates === undefined) return [];
  return candidateFacts(candidates).map(({ name, value }) => ["candidate", `${name}: ${value}`]);
}
