import type { Measure } from "@modelwright/contracts";
import { normalQuantile, normalShareBelow } from "./normal-distribution.ts";
import { quantile } from "./quantile.ts";

/**
 * Farther from the middle of its resamples, in standard deviations of a normal distribution, a value is one that
 * resampling shifts: a resample has fewer distinct rows than the data, which a macro average over many labels or a
 * calibration error shows. Quantiles of such resamples say little, corrected or not.
 */
const MOST_BIAS = 0.5;

/**
 * Bootstrap interval of a value: bias-corrected and accelerated (BCa), or, where the resamples are shifted from the
 * value by more than correction is good for, the normal interval of their standard deviation around the value, which
 * `method` then says. A share gets that one on the scale of its logit, so that it stays a share.
 *
 * Resamples in which the value is NaN are left out; without any that is a number there are no bounds.
 *
 * @param options.acceleration As `accelerations` gives it; NaN counts as 0.
 * @see Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, section 14.3
 */
export function bootstrapInterval(
  value: number,
  resampled: Float64Array,
  options: { readonly acceleration: number; readonly confidence: number },
): Measure {
  const sorted = resampled.filter((each) => !Number.isNaN(each)).sort();
  if (sorted.length === 0) return { value };
  if (sorted[0] === sorted.at(-1)) return holding(value, sorted[0]!, sorted[0]!);
  const bias = normalQuantile(shareBelow(sorted, value));
  if (Math.abs(bias) > MOST_BIAS) return { ...normalInterval(value, sorted, options.confidence), method: "normal" };
  const acceleration = Number.isNaN(options.acceleration) ? 0 : options.acceleration;
  const bound = (share: number) => {
    const z = bias + normalQuantile(share);
    return quantile(sorted, normalShareBelow(bias + z / (1 - acceleration * z)));
  };
  return holding(value, bound((1 - options.confidence) / 2), bound((1 + options.confidence) / 2));
}

function holding(value: number, low: number, high: number): Measure {
  return { value, low: Math.min(value, low), high: Math.max(value, high) };
}

/** Share of the resamples below a value; those that equal it count half. */
function shareBelow(sorted: Float64Array, value: number): number {
  let [below, equal] = [0, 0];
  for (const each of sorted) {
    if (each < value) below += 1;
    else if (each === value) equal += 1;
  }
  return (below + equal / 2) / sorted.length;
}

function normalInterval(value: number, sorted: Float64Array, confidence: number): Measure {
  const isShare = value > 0 && value < 1 && sorted[0]! > 0 && sorted.at(-1)! < 1;
  const [to, from] = isShare ? [logit, sigmoid] : [identity, identity];
  const scaled = sorted.map(to);
  const mean = scaled.reduce((sum, each) => sum + each, 0) / scaled.length;
  const variance = scaled.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (scaled.length - 1);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  const low = from(to(value) - half);
  // What is never negative has no negative bound.
  return { value, low: sorted[0]! >= 0 ? Math.max(0, low) : low, high: from(to(value) + half) };
}

const identity = (value: number) => value;
const logit = (value: number) => Math.log(value / (1 - value));
const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
