import type { LogitsProcessor } from "./processor.ts";

/** Divides what tokens of the prompt and the text have scored above 0, and multiplies what is below (Keskar et al. 2019, arXiv:1909.05858). */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  return (scores, { tokens }) => {
    for (const id of new Set(tokens)) {
      const score = scores[id]!;
      scores[id] = score < 0 ? score * penalty : score / penalty;
    }
  };
}
