import { fallingOrder } from "../metrics/ranking.ts";

const BINS = 15;

/**
 * Expected calibration error over 15 bins of equally many items, so that no bin rests on a handful of them. Equal
 * probabilities stand in one bin: the order of the items does not matter.
 *
 * @param probabilities In `[0, 1]`, of one item at least.
 * @param happened 1 where what the probability speaks of is so, otherwise 0.
 * @see Nixon et al., "Measuring Calibration in Deep Learning", 2019
 */
export function equalMassCalibrationError(probabilities: Float64Array, happened: ArrayLike<number>): number {
  const items = probabilities.length;
  const order = fallingOrder(probabilities);
  const gaps = new Float64Array(BINS);
  let first = 0;
  for (let rank = 0; rank < items; rank++) {
    const item = order[rank]!;
    if (probabilities[item] !== probabilities[order[first]!]) first = rank;
    gaps[Math.floor((first * BINS) / items)]! += probabilities[item]! - happened[item]!;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / items;
}
