import { type FenceSettings, USUAL_BEYOND } from "@modelwright/contracts";
import { meanOf, quantileOf } from "./statistics.ts";

/** Between which numbers a value does not lie far from the others. */
export interface Fences {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the fences of a column stand: so many interquartile ranges beyond the quartiles, or deviations (of the sample) from the mean.
 *
 * @returns Undefined where nothing measures how far is far: there is no value, or those in the middle are all equal.
 */
export function fencesOf(sorted: Float64Array, { by, beyond = USUAL_BEYOND[by] }: FenceSettings): Fences | undefined {
  const [[low, high], unit] = MIDDLES[by](sorted);
  if (!(unit > 0)) return undefined;
  return { low: low - beyond * unit, high: high + beyond * unit };
}

/** The bounds of the middle, and the unit of distances from it. */
const MIDDLES: Readonly<
  Record<FenceSettings["by"], (sorted: Float64Array) => readonly [readonly [number, number], unit: number]>
> = {
  iqr: (sorted) => {
    const quartiles = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)] as const;
    return [quartiles, quartiles[1] - quartiles[0]];
  },
  "z-score": (sorted) => {
    const mean = meanOf(sorted);
    const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return [[mean, mean], Math.sqrt(squares / Math.max(1, sorted.length - 1))];
  },
};
