import { likeliest } from "../../language-models/logits.ts";
import { keepFrom, leastKept } from "./least-kept.ts";
import type { LogitsProcessor } from "./processor.ts";

/** Keeps the fewest likeliest tokens that have the share p of the probability together (Holtzman et al. 2020, arXiv:1904.09751). */
export function topP(p: number): LogitsProcessor {
  return (scores) => {
    const most = scores[likeliest(scores)]!;
    const weight = (score: number) => Math.exp(score - most);
    const total = scores.reduce((sum, score) => sum + weight(score), 0);
    keepFrom(scores, leastKept(scores, weight, p * total));
  };
}
