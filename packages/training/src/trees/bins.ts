import { RandomSource } from "@modelwright/engine";
import { sortNumbers } from "./sort-numbers.ts";
import type { TreeColumn } from "./tree-data.ts";

/**
 * How a column becomes codes of a byte: a bin for each run of numbers or each category, and behind them one for whatever is missing; between, of
 * categories, one for those that are too rare to have their own, and for those never seen.
 */
export type Bins =
  | {
      readonly kind: "number";
      /** The greatest number of each bin, ascending; the last is +∞. */
      readonly uppers: Float32Array;
    }
  | {
      readonly kind: "category";
      /** The category of each bin, the most frequent first. */
      readonly categories: Int32Array;
    };

/** Rows by which quantiles are told where there are more. */
const SAMPLE = 200_000;
/** Categories of a column with bins of their own at most: codes are bytes, of which two are taken. */
const MOST_CATEGORIES = 254;

/** Bins of a column, missing ones included. */
export function binCount(bins: Bins): number {
  return bins.kind === "number" ? bins.uppers.length + 1 : bins.categories.length + 2;
}

export function makeBins(
  { values, categories }: TreeColumn,
  options: { readonly bins: number; readonly seed: number },
): Bins {
  if (categories !== undefined) return { kind: "category", categories: frequentCategories(values, categories) };
  const known = knownNumbers(sampled(values, RandomSource.fromSeed(options.seed).stream("bins")));
  return { kind: "number", uppers: numberBins(sortNumbers(known), options.bins) };
}

/** Writes a column's codes. */
export function encodeColumn(values: Float32Array, bins: Bins, codes: Uint8Array): void {
  if (bins.kind === "category") encodeCategories(values, bins.categories, codes);
  else encodeNumbers(values, bins.uppers, codes);
}

function encodeNumbers(values: Float32Array, uppers: Float32Array, codes: Uint8Array): void {
  const missing = uppers.length;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const below = countBelow(uppers);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) {
      codes[row] = missing;
      continue;
    }
    const key = orderedKey(bits[row]!);
    let low = below[key]!;
    let high = Math.min(below[key + 1]!, missing - 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= uppers[middle]!) high = middle;
      else low = middle + 1;
    }
    codes[row] = low;
  }
}

/** The upper half of a float32's bits, in the order of numbers. */
function orderedKey(bits: number): number {
  return (bits >>> 31 === 1 ? ~bits >>> 16 : (bits >>> 16) | 0x8000) & 0xffff;
}

/** For each key, how many of the borders have a lower one: all that is left to search is among those with the same. */
function countBelow(uppers: Float32Array): Uint16Array {
  const counts = new Uint16Array(2 ** 16 + 1);
  const bits = new Uint32Array(uppers.slice().buffer);
  let key = 0;
  for (let at = 0; at < uppers.length; at++) {
    const own = orderedKey(bits[at]!);
    counts.fill(at, key, own + 1);
    key = own + 1;
  }
  return counts.fill(uppers.length, key);
}

function encodeCategories(values: Float32Array, categories: Int32Array, codes: Uint8Array): void {
  const [others, missing] = [categories.length, categories.length + 1];
  const bins = new Map([...categories].map((category, bin) => [category, bin]));
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    codes[row] = Number.isNaN(value) ? missing : (bins.get(value) ?? others);
  }
}

/** Categories that occur, the most frequent first, of equals the lower code. */
function frequentCategories(values: Float32Array, categories: number): Int32Array {
  const counts = new Int32Array(categories);
  for (const value of values) if (!Number.isNaN(value)) counts[value]!++;
  const seen = Int32Array.from(counts.keys()).filter((category) => counts[category]! > 0);
  return seen.sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, MOST_CATEGORIES);
}

/**
 * The greatest number of each bin. Every number has its own where there are so few; otherwise bins hold about equally many rows, and a number
 * with more than such a share has its own (as LightGBM's bins: Ke et al. 2017, "LightGBM: A Highly Efficient Gradient Boosting Decision Tree").
 *
 * @param sorted Ascending, without NaN.
 */
export function numberBins(sorted: Float32Array, most: number): Float32Array {
  const { values, counts } = distinct(sorted);
  if (values.length === 0) return Float32Array.of(Number.POSITIVE_INFINITY);
  const ends = values.length <= most ? Int32Array.from(values.keys()) : quantileEnds(counts, sorted.length, most);
  return Float32Array.from(ends, (end) =>
    end === values.length - 1 ? Number.POSITIVE_INFINITY : between(values[end]!, values[end + 1]!),
  );
}

/** Places of the last value of each bin, the last place included. */
function quantileEnds(counts: Int32Array, rows: number, most: number): Int32Array {
  const isLarge = (at: number) => counts[at]! * most >= rows;
  let [restRows, restBins] = [rows, most];
  for (let at = 0; at < counts.length; at++) {
    if (!isLarge(at)) continue;
    restRows -= counts[at]!;
    restBins--;
  }
  let size = restRows / Math.max(restBins, 1);
  const ends: number[] = [];
  let inBin = 0;
  for (let at = 0; at < counts.length - 1 && ends.length < most - 1; at++) {
    const large = isLarge(at);
    inBin += counts[at]!;
    if (!large) restRows -= counts[at]!;
    if (!large && inBin < size && !(isLarge(at + 1) && inBin >= size / 2)) continue;
    ends.push(at);
    inBin = 0;
    if (large) continue;
    restBins--;
    size = restRows / Math.max(restBins, 1);
  }
  return Int32Array.of(...ends, counts.length - 1);
}

function distinct(sorted: Float32Array): { readonly values: Float32Array; readonly counts: Int32Array } {
  const values = new Float32Array(sorted.length);
  const counts = new Int32Array(sorted.length);
  let found = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at === 0 || sorted[at]! > sorted[at - 1]!) values[found++] = sorted[at]!;
    counts[found - 1]!++;
  }
  return { values: values.subarray(0, found), counts: counts.subarray(0, found) };
}

/** A float32 from `low` on and below `high`, in their middle where it can be. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  // No −0: codes are told by the bits of numbers.
  return (middle >= low && middle < high ? middle : low) + 0;
}

function knownNumbers(values: Float32Array): Float32Array {
  const known = new Float32Array(values.length);
  let found = 0;
  for (let at = 0; at < values.length; at++) if (!Number.isNaN(values[at]!)) known[found++] = values[at]!;
  return known.subarray(0, found);
}

function sampled(values: Float32Array, random: RandomSource): Float32Array {
  if (values.length <= SAMPLE) return values;
  return Float32Array.from({ length: SAMPLE }, () => values[random.integer(values.length)]!);
}
