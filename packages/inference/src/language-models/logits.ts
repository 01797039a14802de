import type { Tensor } from "@modelwright/engine";

/** The scores of every token at one place: a view of `[…, vocabularySize]`. */
export type Scores = Float32Array;

/** Elements of logits that one run of a session may give: 128 MiB. */
const MOST_LOGITS = 2 ** 25;

/** Rows of one run, so that its logits stay within memory. */
export function rowsOfRun(length: number, vocabularySize: number): number {
  return Math.max(1, Math.min(32, Math.floor(MOST_LOGITS / (length * vocabularySize))));
}

export function scoresAt(logits: Tensor["data"], place: number, vocabularySize: number): Scores {
  if (!(logits instanceof Float32Array)) throw new Error("logits are float32");
  return logits.subarray(place * vocabularySize, (place + 1) * vocabularySize);
}

export function likeliest(scores: Scores): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if (scores[id]! > scores[best]!) best = id;
  return best;
}

/** −ln of the softmax at `id`, in float64. */
export function crossEntropyOf(scores: Scores, id: number): number {
  const most = scores[likeliest(scores)]!;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp(scores[i]! - most);
  return most + Math.log(sum) - scores[id]!;
}
