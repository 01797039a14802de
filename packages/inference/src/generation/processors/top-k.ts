import { keepFrom, leastKept } from "./least-kept.ts";
import type { LogitsProcessor } from "./processor.ts";

/** Keeps the k likeliest tokens (Fan et al. 2018, arXiv:1805.04833), and those that score as much as the last of them. */
export function topK(k: number): LogitsProcessor {
  return (scores) => {
    if (k < scores.length)
      keepFrom(
        scores,
        leastKept(scores, () => 1, k),
      );
  };
}
