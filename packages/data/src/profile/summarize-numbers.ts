import { quantileOf } from "../preprocessing/statistics.ts";
import type { Histogram, NumberSummary, Quantiles } from "./table-profile.ts";

/** Intervals of a histogram: enough to see two humps, few enough for a narrow plot. */
const INTERVALS = 20;
/** Interquartile ranges from the quartiles to the fences (Tukey, Exploratory Data Analysis, 1977). */
const FENCE = 1.5;

/** The numbers of a column that are not missing, ascending. */
export function sortedNumbers(values: Float64Array): Float64Array {
  const filled = new Float64Array(values.length);
  let count = 0;
  // `filter` would make a list of objects of them first.
  for (const value of values) if (!Number.isNaN(value)) filled[count++] = value;
  return filled.subarray(0, count).sort();
}

/** @param sorted Ascending, without NaN. */
export function quantilesOf(sorted: Float64Array): Quantiles {
  const [p1, p25, p50, p75, p99] = [0.01, 0.25, 0.5, 0.75, 0.99].map((share) => quantileOf(sorted, share)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { p1, p25, p50, p75, p99 };
}

/**
 * What the numbers of a column are like; undefined where there is none.
 *
 * @param values NaN: missing.
 */
export function summarizeNumbers(values: Float64Array): NumberSummary | undefined {
  const sorted = sortedNumbers(values);
  return sorted.length === 0 ? undefined : summarizeSorted(sorted);
}

/** @param sorted Ascending, without NaN, at least one. */
export function summarizeSorted(sorted: Float64Array): NumberSummary {
  const quantiles = quantilesOf(sorted);
  const { mean, deviation } = momentsOf(sorted);
  const range = quantiles.p75 - quantiles.p25;
  const [low, high] = [quantiles.p25 - FENCE * range, quantiles.p75 + FENCE * range];
  const rows = sorted.reduce((count, value) => count + (value < low || value > high ? 1 : 0), 0);
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  return { mean, deviation, min, max, quantiles, histogram: histogramOf(sorted), outliers: { low, high, rows } };
}

/** Mean and deviation (n − 1), in the unit of the largest number, so that no sum is too large. */
function momentsOf(sorted: Float64Array): { readonly mean: number; readonly deviation: number } {
  const count = sorted.length;
  const unit = Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!)) || 1;
  const mean = sorted.reduce((sum, value) => sum + value / unit, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value / unit - mean) ** 2, 0);
  return { mean: mean * unit, deviation: count === 1 ? Number.NaN : Math.sqrt(squares / (count - 1)) * unit };
}

/** One interval where all values are alike. */
function histogramOf(sorted: Float64Array): Histogram {
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  if (min === max) return { edges: [min, max], counts: [sorted.length] };
  const edges = Array.from({ length: INTERVALS + 1 }, (_, i) => edgeAt(min, max, i));
  const counts = new Array<number>(INTERVALS).fill(0);
  let interval = 0;
  for (const value of sorted) {
    while (interval < INTERVALS - 1 && value >= edges[interval + 1]!) interval++;
    counts[interval]!++;
  }
  return { edges, counts };
}

/** Halves first: the distance of two numbers may be no number. */
function edgeAt(min: number, max: number, place: number): number {
  if (place === 0) return min;
  if (place === INTERVALS) return max;
  return min + 2 * ((max / 2 - min / 2) * (place / INTERVALS));
}
