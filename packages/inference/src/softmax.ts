/**
 * Writes the probabilities that scores stand for: exp(x − max) / Σ, in float64, so that large scores do not overflow.
 *
 * @param scores One row.
 * @param into Receives as many values, which sum to 1.
 */
export function softmaxInto(scores: ArrayLike<number>, into: Float64Array): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) max = Math.max(max, scores[i]!);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += into[i] = Math.exp(scores[i]! - max);
  for (let i = 0; i < scores.length; i++) into[i]! /= sum;
  return into;
}
