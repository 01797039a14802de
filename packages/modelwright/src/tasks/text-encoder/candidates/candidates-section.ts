import type { CandidatesManifest } from "@modelwright/contracts";
import { factSection } from "@modelwright/evaluation/report";
import { counted, duration } from "../../../wording/quantities.ts";

/** What a version was chosen from, for its report; nothing where there was no choice. */
export function candidatesSection(candidates: CandidatesManifest | undefined): ReturnType<typeof factSection> {
  if (candidates === undefined) return [];
  const { kept, tried, passedOver } = candidates;
  return factSection("Candidates, compared on the validation rows", [
    ...tried.map(({ name, value, logLoss, seconds, epochs }) => ({
      name: name === kept ? `${name} (chosen)` : name,
      value: [
        `macro F1 ${value.toFixed(3)}`,
        `log loss ${logLoss.toFixed(3)}`,
        ...(epochs === undefined ? [] : [counted(epochs, "epoch")]),
        duration(seconds),
      ].join(", "),
    })),
    ...passedOver.map(({ name, reason }) => ({ name, value: `passed over: ${reason}` })),
  ]);
}
