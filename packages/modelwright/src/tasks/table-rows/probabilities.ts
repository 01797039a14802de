/** Below this a probability counts as it, so that its logarithm stays finite. */
export const LEAST_PROBABILITY = 1e-7;

/** Turns scores `[rows, classes]` into probabilities. */
export function softmaxInPlace(scores: Float64Array, classes: number): Float64Array {
  for (let start = 0; start < scores.length; start += classes) {
    const row = scores.subarray(start, start + classes);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      row[k] = Math.exp(row[k]! - most);
      sum += row[k]!;
    }
    for (let k = 0; k < classes; k++) row[k]! /= sum;
  }
  return scores;
}
