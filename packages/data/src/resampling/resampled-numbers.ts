import type { CategoryColumn, Frame } from "../frames/frame.ts";
import type { Feature } from "../preprocessing/feature-input.ts";
import type { MadeRow, ResamplingPlan } from "./plan-resampling.ts";

/** Training rows as numbers. */
export interface NumbersOfRows {
  readonly frame: Frame;
  /** `[rows, features]`, row-major. */
  readonly numbers: Float32Array;
  readonly features: readonly Feature[];
}

/**
 * The numbers of the rows of a plan, `[rows + made, features]`. Those of a made row lie between the two that it is made of; its
 * categories are the most frequent of the nearest rows (SMOTE-NC in Chawla et al. 2002), and what is one of two values, or missing, is
 * as in the first.
 */
export function resampledNumbers(source: NumbersOfRows, { rows, made }: ResamplingPlan): Float32Array {
  const { numbers, features } = source;
  const width = features.length;
  const found = new Float32Array((rows.length + made.length) * width);
  for (const [at, row] of rows.entries()) found.set(numbers.subarray(row * width, (row + 1) * width), at * width);
  if (made.length === 0) return found;
  const categories = new Map(
    source.frame.columns.flatMap((each) => (each.kind === "category" ? [[each.name, each]] : [])),
  );
  const isBetween = features.map((_, feature) => hasThreeValues(numbers, width, feature));
  for (const [i, one] of made.entries()) {
    const donors = new Map([...categories].map(([name, column]) => [name, mostFrequent(column, one)]));
    const at = (rows.length + i) * width;
    for (const [feature, { from }] of features.entries()) {
      const donor = donors.get(from);
      const numberOf = (row: number) => numbers[row * width + feature]!;
      found[at + feature] =
        donor !== undefined
          ? numberOf(donor)
          : isBetween[feature]!
            ? between(numberOf(one.from), numberOf(one.to), one.gap)
            : numberOf(one.from);
    }
  }
  return found;
}

function between(from: number, to: number, gap: number): number {
  const value = from + gap * (to - from);
  return Number.isNaN(value) ? from : value;
}

/** A near row with the category that most near rows have; of equally frequent ones that of the nearest. */
function mostFrequent({ codes }: CategoryColumn, { near }: MadeRow): number {
  const counts = new Map<number, number>();
  for (const row of near) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return near.find((row) => counts.get(codes[row]!) === most)!;
}

/** Whether a column of numbers has more than two values: otherwise nothing lies between them. */
function hasThreeValues(numbers: Float32Array, width: number, column: number): boolean {
  const seen = new Set<number>();
  for (let at = column; at < numbers.length && seen.size < 3; at += width)
    if (!Number.isNaN(numbers[at])) seen.add(numbers[at]!);
  return seen.size > 2;
}
