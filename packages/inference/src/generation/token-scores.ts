import type { TextTokenizer } from "@modelwright/data";
import type { Scores } from "../language-models/logits.ts";

/** Scores of the tokens that may be written, which may be changed: without padding of the vocabulary, −∞ for the unknown token. */
export function tokenScores(
  given: Scores,
  { vocabularySize, unknownId }: Pick<TextTokenizer, "vocabularySize" | "unknownId">,
): Scores {
  const scores = given.slice(0, vocabularySize);
  if (unknownId !== undefined) scores[unknownId] = Number.NEGATIVE_INFINITY;
  return scores;
}
