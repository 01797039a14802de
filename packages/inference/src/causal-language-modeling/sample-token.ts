import type { RandomSource } from "@modelwright/engine";
import { likeliest, type Scores } from "../language-models/logits.ts";

/** How the next token is drawn. */
export interface SamplingOptions {
  /** Divides the scores: below 1 likelier tokens gain, above 1 rare ones. 0: always the likeliest token. Default 1. */
  readonly temperature?: number | undefined;
  /** Only so many of the likeliest tokens are drawn from. Default: all. */
  readonly topK?: number | undefined;
  /** Only the fewest likeliest tokens that have this share of the probability together (Holtzman et al. 2020, arXiv:1904.09751). Default 1. */
  readonly topP?: number | undefined;
}

/** Draws a token. First the temperature counts, then `topK`, then `topP`, as in Hugging Face's generation. */
export function sampleToken(scores: Scores, options: SamplingOptions & { readonly random: RandomSource }): number {
  const { temperature = 1, topK = scores.length, topP = 1, random } = options;
  if (temperature === 0) return likeliest(scores);
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const most = scores[order[0]!]!;
  const ranked = Float64Array.from(order.subarray(0, topK), (id) => Math.exp((scores[id]! - most) / temperature));
  const total = ranked.reduce((sum, share) => sum + share, 0);
  let kept = 0;
  let mass = 0;
  while (kept < ranked.length && (kept === 0 || mass < topP * total)) mass += ranked[kept++]!;
  let left = random.uniform() * mass;
  for (let rank = 0; rank < kept; rank++) {
    left -= ranked[rank]!;
    if (left < 0) return order[rank]!;
  }
  return order[kept - 1]!;
}
