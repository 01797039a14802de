import { type MultiLabelOutcome, predictedLabels } from "./multi-label-outcome.ts";

/** Two labels on the same rows. */
export interface CoOccurrence {
  readonly first: string;
  readonly second: string;
  /** Rows that have both. */
  readonly actual: number;
  /** Rows that were given both. */
  readonly predicted: number;
}

/** The pairs of labels that most rows have, the most frequent first; pairs that no row has are left out. */
export function coOccurrences(outcome: MultiLabelOutcome, limit = 15): CoOccurrence[] {
  const { labels } = outcome;
  const actual = countPairs(outcome.actual, labels.length);
  const predicted = countPairs(predictedLabels(outcome), labels.length);
  return labels
    .flatMap((first, i) =>
      labels.slice(i + 1).map((second, offset) => {
        const at = i * labels.length + i + 1 + offset;
        return { first, second, actual: actual[at]!, predicted: predicted[at]! };
      }),
    )
    .filter((pair) => pair.actual > 0)
    .sort((a, b) => b.actual - a.actual)
    .slice(0, limit);
}

/** Rows that have label `i` and label `j` at `i * labels + j`, for `i < j`. */
function countPairs(marks: Uint8Array, labels: number): Float64Array {
  const counts = new Float64Array(labels * labels);
  for (let start = 0; start < marks.length; start += labels) {
    const present: number[] = [];
    for (let label = 0; label < labels; label++) if (marks[start + label] === 1) present.push(label);
    for (const [at, i] of present.entries()) for (const j of present.slice(at + 1)) counts[i * labels + j]! += 1;
  }
  return counts;
}
