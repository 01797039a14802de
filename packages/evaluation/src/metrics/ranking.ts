import type { ClassificationOutcome } from "./classification-outcome.ts";

/**
 * Rows in falling order of one class's probability, `[rows]`.
 *
 * Each entry packs what a sweep over thresholds needs: `row * 4 + isPositive * 2 + isLastOfItsTie`. One resample then
 * costs one pass and no sorting.
 */
export type Ranking = Int32Array;

/** Areas under the two curves of one class; NaN where the rows do not define them. */
export interface RankingMeasures {
  readonly rocAuc: number;
  readonly averagePrecision: number;
}

export function rankRows(outcome: ClassificationOutcome, label: number): Ranking {
  const { actual, labels, probabilities } = outcome;
  const scores = Float64Array.from(actual, (_, row) => probabilities[row * labels.length + label]!);
  const order = Int32Array.from(actual, (_, row) => row).sort((a, b) => scores[b]! - scores[a]!);
  return order.map((row, rank) => {
    const isPositive = actual[row] === label;
    const isLastOfItsTie = rank + 1 === order.length || scores[order[rank + 1]!] !== scores[row];
    return row * 4 + (isPositive ? 2 : 0) + (isLastOfItsTie ? 1 : 0);
  });
}

/**
 * ROC AUC by trapezoids, tied scores counting half, and average precision Σ (Rₙ − Rₙ₋₁)·Pₙ without interpolation.
 *
 * ROC AUC needs a positive and a negative row, average precision a positive one; otherwise NaN.
 *
 * @param weights How often each row counts, `[rows]`.
 * @see Fawcett, "An introduction to ROC analysis", 2006, algorithm 2
 */
export function measureRanking(ranking: Ranking, weights: Uint32Array): RankingMeasures {
  let positives = 0;
  let negatives = 0;
  let positivesBefore = 0;
  let negativesBefore = 0;
  let area = 0;
  let precisionSum = 0;
  for (let rank = 0; rank < ranking.length; rank++) {
    const packed = ranking[rank]!;
    const weight = weights[packed >> 2]!;
    if ((packed & 2) !== 0) positives += weight;
    else negatives += weight;
    if ((packed & 1) === 0) continue;
    area += (negatives - negativesBefore) * (positives + positivesBefore);
    if (positives !== positivesBefore) {
      precisionSum += ((positives - positivesBefore) * positives) / (positives + negatives);
    }
    positivesBefore = positives;
    negativesBefore = negatives;
  }
  return {
    rocAuc: positives > 0 && negatives > 0 ? area / (2 * positives * negatives) : Number.NaN,
    averagePrecision: positives > 0 ? precisionSum / positives : Number.NaN,
  };
}
