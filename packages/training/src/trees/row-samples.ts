import type { RandomSource } from "@modelwright/engine";

/** Rows that a tree is grown on, ascending. */
export interface RowSample {
  readonly rows: Int32Array;
  /** How often each row there is counts, 0 where it is left out; `undefined`: all do once. */
  readonly repeats: Uint8Array | undefined;
}

/** `share` of the rows, each at most once; `undefined`: as many as there are, drawn with replacement. */
export function sampleRows(rows: number, share: number | undefined, random: RandomSource): RowSample {
  if (share === undefined) return bootstrap(rows, random);
  const count = Math.max(1, Math.round(share * rows));
  if (count === rows) return { rows: allRows(rows), repeats: undefined };
  const repeats = new Uint8Array(rows);
  // Knuth's algorithm S: a row is taken by the share of rows still wanted of those left.
  for (let row = 0, found = 0; found < count; row++) {
    repeats[row] = Number(random.uniform() * (rows - row) < count - found);
    found += repeats[row]!;
  }
  return countedRows(repeats);
}

function allRows(rows: number): Int32Array {
  const all = new Int32Array(rows);
  for (let row = 0; row < rows; row++) all[row] = row;
  return all;
}

function bootstrap(rows: number, random: RandomSource): RowSample {
  const repeats = new Uint8Array(rows);
  for (let drawn = 0; drawn < rows; drawn++) repeats[random.integer(rows)]!++;
  return countedRows(repeats);
}

function countedRows(repeats: Uint8Array): RowSample {
  const rows = new Int32Array(repeats.length);
  let found = 0;
  for (let row = 0; row < repeats.length; row++) if (repeats[row]! > 0) rows[found++] = row;
  return { rows: rows.subarray(0, found), repeats };
}

/** `share` of some columns, ascending, at least one. */
export function sampleColumns(columns: Int32Array, share: number, random: RandomSource): Int32Array {
  const count = Math.max(1, Math.round(share * columns.length));
  if (count === columns.length) return columns;
  const shuffled = columns.slice();
  for (let at = 0; at < count; at++) {
    const other = at + random.integer(columns.length - at);
    const column = shuffled[at]!;
    shuffled[at] = shuffled[other]!;
    shuffled[other] = column;
  }
  return shuffled.subarray(0, count).sort();
}
