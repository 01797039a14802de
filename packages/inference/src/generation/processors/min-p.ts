import { likeliest } from "../../language-models/logits.ts";
import { keepFrom } from "./least-kept.ts";
import type { LogitsProcessor } from "./processor.ts";

/** Keeps tokens of at least the share p of the likeliest one's probability (Nguyen et al. 2024, arXiv:2407.01082). */
export function minP(p: number): LogitsProcessor {
  return (scores) => keepFrom(scores, scores[likeliest(scores)]! + Math.log(p));
}
