/**
 * The gradient of cross-entropy by the scores of a row: the softmax, less 1 at its class.
 *
 * @param weights How classes weigh in the loss. Default: alike.
 */
export function classGradient(
  classes: Int32Array,
  weights?: readonly number[] | undefined,
): (scores: Float64Array, row: number) => void {
  return (scores, row) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < scores.length; j++) if (scores[j]! > most) most = scores[j]!;
    let sum = 0;
    for (let j = 0; j < scores.length; j++) {
      scores[j] = Math.exp(scores[j]! - most);
      sum += scores[j]!;
    }
    const actual = classes[row]!;
    const weight = weights?.[actual] ?? 1;
    for (let j = 0; j < scores.length; j++) scores[j] = (weight * scores[j]!) / sum;
    scores[actual]! -= weight;
  };
}
