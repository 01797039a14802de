/** Rows of one label that were given another. */
export interface ConfusedPair {
  readonly actual: string;
  readonly predicted: string;
  readonly rows: number;
  /** Share of the actual label's rows. */
  readonly share: number;
}

/** The most frequent mix-ups, the most frequent first. */
export function confusedPairs(
  labels: readonly string[],
  confusion: readonly (readonly number[])[],
  limit = 20,
): ConfusedPair[] {
  return confusion
    .flatMap((counts, actual) => {
      const support = counts.reduce((sum, count) => sum + count, 0);
      return counts.flatMap((rows, predicted) =>
        rows === 0 || actual === predicted
          ? []
          : [{ actual: labels[actual]!, predicted: labels[predicted]!, rows, share: rows / support }],
      );
    })
    .sort((a, b) => b.rows - a.rows || b.share - a.share)
    .slice(0, limit);
}
