/** Indices of values in rising order, with the bounds of groups of equal values: what ranks need for any weights. */
export interface TiedOrder {
  /** `[values]` */
  readonly order: Int32Array;
  /** The end of each group of equal values, rising; the last is the number of values. */
  readonly ends: Int32Array;
}

export function tiedOrder(values: Float64Array): TiedOrder {
  const order = Int32Array.from(values, (_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ends: number[] = [];
  for (let at = 1; at <= order.length; at++) {
    if (at === order.length || values[order[at]!] !== values[order[at - 1]!]) ends.push(at);
  }
  return { order, ends: Int32Array.from(ends) };
}

/** The value with half of the weight on either side; the mean of two where the halves meet between them. */
export function weightedMedian(values: Float64Array, { order }: TiedOrder, weights: Float64Array): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  const half = total / 2;
  let below = 0;
  let lower = Number.NaN;
  for (const index of order) {
    const weight = weights[index]!;
    if (weight === 0) continue;
    if (!Number.isNaN(lower)) return (lower + values[index]!) / 2;
    below += weight;
    if (below > half) return values[index]!;
    if (below === half) lower = values[index]!;
  }
  return lower;
}

/**
 * Spearman's rank correlation of two orders of the same items, equal values sharing their mean rank.
 *
 * @param options.weights How often each item counts.
 * @param options.ranks Room for a number per item; overwritten.
 * @returns The correlation, NaN where all values that count are equal on either side; and whether the actual ones vary.
 * @see Spearman, "The proof and measurement of association between two things", 1904
 */
export function rankCorrelation(
  byActual: TiedOrder,
  byPredicted: TiedOrder,
  options: { readonly weights: Float64Array; readonly ranks: Float64Array },
): { readonly correlation: number; readonly actualVaries: boolean } {
  const { weights, ranks } = options;
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  const middle = total / 2;
  let actualVariation = 0;
  let [actualGroups, predictedGroups] = [0, 0];
  eachGroup(byActual, weights, (rank, weight, start, end) => {
    const deviation = rank - middle;
    actualGroups++;
    actualVariation += weight * deviation * deviation;
    for (let at = start; at < end; at++) ranks[byActual.order[at]!] = deviation;
  });
  let predictedVariation = 0;
  let covariation = 0;
  eachGroup(byPredicted, weights, (rank, weight, start, end) => {
    const deviation = rank - middle;
    predictedGroups++;
    predictedVariation += weight * deviation * deviation;
    let shared = 0;
    for (let at = start; at < end; at++) {
      const item = byPredicted.order[at]!;
      shared += weights[item]! * ranks[item]!;
    }
    covariation += deviation * shared;
  });
  const actualVaries = actualGroups > 1;
  const correlation = covariation / Math.sqrt(actualVariation * predictedVariation);
  return { correlation: actualVaries && predictedGroups > 1 ? correlation : Number.NaN, actualVaries };
}

/** Calls back with the mean rank and the weight of each group of equal values; half a rank lower than counted from 1. */
function eachGroup(
  { order, ends }: TiedOrder,
  weights: Float64Array,
  visit: (rank: number, weight: number, start: number, end: number) => void,
): void {
  let start = 0;
  let below = 0;
  for (const end of ends) {
    let weight = 0;
    for (let at = start; at < end; at++) weight += weights[order[at]!]!;
    if (weight > 0) visit(below + weight / 2, weight, start, end);
    below += weight;
    start = end;
  }
}
