import type { CandidatesManifest } from "@modelwright/contracts";
import { factSection } from "@modelwright/evaluation/report";
import { candidateFacts } from "./candidate-facts.ts";

/**
 * What a version was chosen from, for its report; nothing where there was no choice.
 *
 * @param rows Those that candidates were compared on.
 */
export function candidatesSection(
  candidates: CandidatesManifest | undefined,
  rows = "validation rows",
): ReturnType<typeof factSection> {
  if (candidates === undefined) return [];
  return factSection(`Candidates, compared on the ${rows}`, candidateFacts(candidates));
}
