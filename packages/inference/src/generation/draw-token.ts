import type { RandomSource } from "@modelwright/engine";
import { likeliest, type Scores } from "../language-models/logits.ts";

/** Draws a token by the softmax of scores, each as often as it is likely; one that scores −∞ never. */
export function drawToken(scores: Scores, random: RandomSource): number {
  const best = likeliest(scores);
  const most = scores[best]!;
  let total = 0;
  for (let id = 0; id < scores.length; id++) total += Math.exp(scores[id]! - most);
  let left = random.uniform() * total;
  for (let id = 0; id < scores.length; id++) {
    left -= Math.exp(scores[id]! - most);
    if (left < 0) return id;
  }
  return best; // Rounding left a rest.
}
