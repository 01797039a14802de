import { type Filler, meanOf, modeOf, type RowColumn, type RowTarget, rowCount } from "./filler.ts";

/** Squared distance of two categories: that of two rows of zeros and a one each. */
const OTHER_CATEGORY = 2;

/**
 * Tells a value by that of the nearest rows: the mean of numbers, the most frequent of categories (of several that of the nearest row). As scikit-learn's
 * `KNNImputer` with uniform weights: what is missing in either row is left out of their distance, and the rest counts for it. Of equally near rows the
 * first ones count. A row that has nothing in common with any gets the mean, or the most frequent value, of all.
 *
 * @param neighbours How many.
 * @see Troyanskaya et al., "Missing value estimation methods for DNA microarrays", 2001
 */
export function nearestRows(neighbours: number): Filler {
  return (rows, target) => {
    const count = rowCount(rows);
    const donors = packed(rows);
    const otherwise = target.levels === undefined ? meanOf(target.values) : modeOf(target.values, target.levels);
    const nearest = new NearestRows(Math.min(neighbours, count));
    return (asked) => {
      const others = packed(asked);
      return Float64Array.from({ length: rowCount(asked) }, (_, row) => {
        nearest.clear();
        findNearest(rowOf(others, row), donors, nearest);
        return nearest.size === 0 ? otherwise : toldBy(nearest.rows, target);
      });
    };
  };
}

/** Rows one after the other, so that one can be left as soon as it is too far. */
interface PackedRows {
  /** `[rows, columns]`, the codes of categories before the numbers. */
  readonly values: Float64Array;
  readonly categories: number;
  readonly columns: number;
}

function packed(rows: readonly RowColumn[]): PackedRows {
  const isCategory = ({ levels }: RowColumn) => levels !== undefined;
  const columns = [...rows.filter(isCategory), ...rows.filter((column) => !isCategory(column))];
  const values = new Float64Array(rowCount(rows) * columns.length);
  for (const [at, column] of columns.entries()) {
    for (const [row, value] of column.values.entries()) values[row * columns.length + at] = value;
  }
  return { values, categories: rows.filter(isCategory).length, columns: columns.length };
}

/** What a row has: places of its columns, and what stands there. */
interface OneRow {
  readonly categories: Int32Array;
  readonly numbers: Int32Array;
  /** By place. */
  readonly values: Float64Array;
}

function rowOf({ values, categories, columns }: PackedRows, row: number): OneRow {
  const own = values.subarray(row * columns, (row + 1) * columns);
  const places = Int32Array.from(own.keys()).filter((place) => !Number.isNaN(own[place]));
  return {
    categories: places.filter((place) => place < categories),
    numbers: places.filter((place) => place >= categories),
    values: own,
  };
}

/** Numbers that are looked at before a row may be left. */
const AT_A_TIME = 4;

function findNearest({ categories, numbers, values: own }: OneRow, donors: PackedRows, nearest: NearestRows): void {
  const { values, columns } = donors;
  const most = categories.length + numbers.length;
  for (let start = 0, donor = 0; start < values.length; start += columns, donor++) {
    // Whatever the columns that both have, this is too far.
    const limit = nearest.farthest * most;
    let sum = 0;
    let shared = 0;
    for (let i = 0; i < categories.length; i++) {
      const place = categories[i]!;
      const one = own[place]!;
      const other = values[start + place]!;
      if (Number.isNaN(other)) continue;
      shared++;
      // A rare value is none of the levels, and like no other.
      if (one !== other || one < 0) sum += OTHER_CATEGORY;
    }
    for (let from = 0; from < numbers.length && sum < limit; from += AT_A_TIME) {
      const to = Math.min(from + AT_A_TIME, numbers.length);
      for (let i = from; i < to; i++) {
        const place = numbers[i]!;
        const difference = own[place]! - values[start + place]!;
        if (Number.isNaN(difference)) continue;
        shared++;
        sum += difference * difference;
      }
    }
    // Of a row that has nothing in common this is no number, which is below none.
    if (sum < limit && sum / shared < nearest.farthest) nearest.offer(donor, sum / shared);
  }
}

/** The rows with the least distances that were offered, the nearest first. */
class NearestRows {
  readonly #rows: Int32Array;
  readonly #distances: Float64Array;
  #size = 0;

  constructor(most: number) {
    this.#rows = new Int32Array(most);
    this.#distances = new Float64Array(most);
  }

  get size(): number {
    return this.#size;
  }

  get rows(): Int32Array {
    return this.#rows.subarray(0, this.#size);
  }

  /** From there on none is taken. */
  get farthest(): number {
    return this.#size < this.#rows.length ? Number.POSITIVE_INFINITY : this.#distances[this.#size - 1]!;
  }

  clear(): void {
    this.#size = 0;
  }

  /** @param distance Below `farthest`. */
  offer(row: number, distance: number): void {
    const [rows, distances] = [this.#rows, this.#distances];
    let at = this.#size < rows.length ? this.#size++ : this.#size - 1;
    for (; at > 0 && distances[at - 1]! > distance; at--) {
      rows[at] = rows[at - 1]!;
      distances[at] = distances[at - 1]!;
    }
    rows[at] = row;
    distances[at] = distance;
  }
}

function toldBy(rows: Int32Array, { values, levels }: RowTarget): number {
  if (levels === undefined) return rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(values[row]!, (counts.get(values[row]!) ?? 0) + 1);
  // Of equal counts the one that was put in first stays first.
  const [[code] = [Number.NaN]] = [...counts].sort(([, a], [, b]) => b - a);
  return code;
}
