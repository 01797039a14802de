import type { Scores } from "../../language-models/logits.ts";

/**
 * The least score of the fewest likeliest tokens whose weights reach a share together; by quickselect, since a vocabulary is long and few
 * are kept.
 *
 * @param weight Of a score, above 0.
 * @param target What the weights are to reach.
 */
export function leastKept(scores: Scores, weight: (score: number) => number, target: number): number {
  let among = scores.filter((score) => score !== Number.NEGATIVE_INFINITY);
  let missing = target;
  while (among.length > 1) {
    const pivot = among[among.length >> 1]!;
    const above = among.filter((score) => score > pivot);
    const aboveWeight = sumOf(above, weight);
    if (aboveWeight >= missing) {
      among = above;
      continue;
    }
    const equal = among.reduce((count, score) => count + Number(score === pivot), 0);
    if (aboveWeight + equal * weight(pivot) >= missing) return pivot;
    const below = among.filter((score) => score < pivot);
    // Rounding may leave a rest that nothing can fill: then everything is kept.
    if (below.length === 0) return pivot;
    missing -= aboveWeight + equal * weight(pivot);
    among = below;
  }
  return among[0] ?? Number.NEGATIVE_INFINITY;
}

/** Rules out what scores less. */
export function keepFrom(scores: Scores, least: number): void {
  for (let id = 0; id < scores.length; id++) if (scores[id]! < least) scores[id] = Number.NEGATIVE_INFINITY;
}

function sumOf(scores: Scores, weight: (score: number) => number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += weight(scores[i]!);
  return sum;
}
