/**
 * Turns logits into probabilities, row by row, as exp(x − max) / Σ, so that large logits do not overflow.
 *
 * @param logits Row-major, [rows, classes].
 * @returns float64, the same layout; each row sums to 1.
 */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let max = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + classes; i++) max = Math.max(max, logits[i]!);
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += probabilities[i] = Math.exp(logits[i]! - max);
    for (let i = start; i < start + classes; i++) probabilities[i]! /= sum;
  }
  return probabilities;
}
