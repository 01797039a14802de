import type { Measure } from "@modelwright/contracts";
import { quantile } from "./quantile.ts";

/**
 * Percentile interval of a bootstrapped value.
 *
 * Resamples in which the value is NaN are left out; without any that is a number there are no bounds. The bounds are
 * widened to hold the value itself: a resample has fewer distinct rows than the data, which shifts a biased metric
 * such as the calibration error away from its value.
 *
 * @see Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13
 */
export function percentileInterval(value: number, resampled: Float64Array, confidence: number): Measure {
  const sorted = resampled.filter((each) => !Number.isNaN(each)).sort();
  if (sorted.length === 0) return { value };
  return {
    value,
    low: Math.min(value, quantile(sorted, (1 - confidence) / 2)),
    high: Math.max(value, quantile(sorted, (1 + confidence) / 2)),
  };
}
