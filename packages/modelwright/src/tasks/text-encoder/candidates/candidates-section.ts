import type { CandidatesManifest } from "@modelwright/contracts";
import { factSection } from "@modelwright/evaluation/report";
import { candidateFacts } from "./candidate-facts.ts";

/** What a version was chosen from, for its report; nothing where there was no choice. */
export function candidatesSection(candidates: CandidatesManifest | undefined): ReturnType<typeof factSection> {
  if (candidates === undefined) return [];
  return factSection("Candidates, compared on the validation rows", candidateFacts(candidates));
}
