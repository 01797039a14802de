import type { TiedOrder } from "./weighted-order.ts";

/**
 * The share of positives among the n highest items, where n is how many there are; of the items that share the last place their mean.
 *
 * @param isPositive 1 for a positive item.
 * @param weights How often each item counts; one that does not count is left out.
 * @returns NaN without a positive item.
 */
export function precisionAtN({ order, ends }: TiedOrder, isPositive: ArrayLike<number>, weights: Float64Array): number {
  let positives = 0;
  for (let item = 0; item < weights.length; item++) if (isPositive[item] === 1) positives += weights[item]!;
  let [found, left] = [0, positives];
  for (let group = ends.length - 1; group >= 0 && left > 0; group--) {
    let [here, all] = [0, 0];
    for (let at = group === 0 ? 0 : ends[group - 1]!; at < ends[group]!; at++) {
      const item = order[at]!;
      all += weights[item]!;
      if (isPositive[item] === 1) here += weights[item]!;
    }
    if (all > 0) found += here * Math.min(1, left / all);
    left -= all;
  }
  return found / positives;
}
