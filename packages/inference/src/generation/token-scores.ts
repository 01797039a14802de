import type { TextTokenizer } from "@modelwright/data";
import type { Scores } from "../language-models/logits.ts";

/** A view of the tokens that may be written: without padding of the vocabulary. In their place, the unknown token gets −∞. */
export function tokenScores(
  given: Scores,
  { vocabularySize, unknownId }: Pick<TextTokenizer, "vocabularySize" | "unknownId">,
): Scores {
  const scores = given.subarray(0, vocabularySize);
  if (unknownId !== undefined) scores[unknownId] = Number.NEGATIVE_INFINITY;
  return scores;
}
