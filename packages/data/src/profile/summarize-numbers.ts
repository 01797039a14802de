import { quantileOf } from "../preprocessing/statistics.ts";
import { sortNumbers } from "./sort-numbers.ts";
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
  return sortNumbers(filled.subarray(0, count));
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
  let rows = 0;
  for (let i = 0; i < sorted.length && sorted[i]! < low; i++) rows++;
  for (let i = sorted.length - 1; i >= 0 && sorted[i]! > high; i--) rows++;
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  return { mean, deviation, min, max, quantiles, histogram: histogramOf(sorted), outliers: { low, high, rows } };
}

/** Mean and deviation (n − 1), in the unit of the largest number, so that no sum is too large. */
function momentsOf(sorted: Float64Array): { readonly mean: number; readonly deviation: number } {
  const count = sorted.length;
  const unit = Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!)) || 1;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sorted[i]! / unit;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (sorted[i]! / unit - mean) ** 2;
  return { mean: mean * unit, deviation: count === 1 ? Number.NaN : Math.sqrt(squares / (count - 1)) * unit };
}

/** One interval where all values are alike. */
function histogramOf(sorted: Float64Array): Histogram {
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  if (min === max) return { edges: [min, max], counts: [sorted.length] };
  const edges = Array.from({ length: INTERVALS + 1 }, (_, i) => edgeAt(min, max, i));
  const starts = edges.slice(1, -1).map((edge) => firstNotBelow(sorted, edge));
  const counts = [...starts, sorted.length].map((end, i) => end - (starts[i - 1] ?? 0));
  return { edges, counts };
}

/** The place of the first number that is at least so large. */
function firstNotBelow(sorted: Float64Array, bound: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Halves first: the distance of two numbers may be no number. */
function edgeAt(min: number, max: number, place: number): number {
  if (place === 0) return min;
  if (place === INTERVALS) return max;
  return min + 2 * ((max / 2 - min / 2) * (place / INTERVALS));
}
