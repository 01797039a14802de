import type { DocumentScore } from "@modelwright/evaluation";

/**
 * Predicts each token as often as it occurs in the training documents, whatever stands beside it; each token counts once more than it
 * occurs (Laplace), so that none is impossible.
 *
 * @param options.train The tokens of the training documents.
 * @param options.targets The tokens to predict, by document.
 */
export function unigramBaseline(options: {
  readonly vocabularySize: number;
  readonly train: Iterable<Int32Array>;
  readonly targets: readonly Int32Array[];
}): DocumentScore[] {
  const { vocabularySize, train, targets } = options;
  const counts = new Float64Array(vocabularySize).fill(1);
  for (const ids of train) for (const id of ids) counts[id]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const likeliest = counts.indexOf(counts.reduce((most, count) => Math.max(most, count)));
  return targets.map((ids) => ({
    tokens: ids.length,
    loss: ids.reduce((sum, id) => sum - Math.log(counts[id]! / total), 0),
    right: ids.reduce((sum, id) => sum + (id === likeliest ? 1 : 0), 0),
  }));
}
