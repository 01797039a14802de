import { featureColumns } from "./read-columns.ts";
import type { WholeTable } from "./whole-table.ts";

/** Of each row the first one that says the same in all of these columns: itself, where none does. */
export function firstOfRepeats({ table, rows }: WholeTable, columns: readonly string[]): Int32Array {
  const places = columns.map((name) => table.columns.indexOf(name));
  const firsts = new Map<string, number>();
  return Int32Array.from(rows, ({ cells }, row) => {
    const key = JSON.stringify(places.map((place) => cells[place]?.trim() ?? ""));
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    return first ?? row;
  });
}

/** Repeats of few values are no copies: with a larger share of them rows that say the same may be of several splits. */
const MOST_COPIES = 0.2;

/** Rows that say the same in every column that may be read. */
export interface SameRows {
  /** Whether rows that say the same are the same: a model would know its test rows. Where few values make many rows alike they are not. */
  readonly areCopies: boolean;
  /** A number for each group of rows that stay together. */
  readonly together: Int32Array;
}

export function sameRows(whole: WholeTable, ignore: readonly string[]): SameRows {
  const firsts = firstOfRepeats(whole, featureColumns(whole, ignore));
  const copies = firsts.filter((first, row) => first !== row).length;
  const areCopies = copies <= MOST_COPIES * firsts.length;
  return { areCopies, together: areCopies ? firsts : firsts.map((_, row) => row) };
}
