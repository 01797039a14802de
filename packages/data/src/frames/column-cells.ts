import type { Table, TableRow } from "../tables/table.ts";
import { isMissingWord } from "./missing-words.ts";
import { wellFormed } from "./well-formed.ts";

/** Examples that are named. */
const NAMED = 5;

/** A value that cells of a column have, and where. */
export interface CellValue {
  readonly text: string;
  rows: number;
  /** The first row with it, from 0. */
  readonly first: number;
  /** A list or an object of JSON. */
  readonly isStructured: boolean;
}

/**
 * The cells of a column: each different value once, so that what is told from values is told once per value.
 */
export class ColumnCells {
  readonly name: string;
  readonly values: CellValue[] = [];
  /** Rows whose cell is a number of a format that knows numbers. */
  typedNumbers = 0;
  missing = 0;
  /** By row the place in `values`; −1: missing. */
  #codes = new Int32Array(1024);
  #rows = 0;
  readonly #places = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  get codes(): Int32Array {
    return this.#codes.subarray(0, this.#rows);
  }

  /** Rows with a value. */
  get filled(): number {
    return this.#rows - this.missing;
  }

  add({ cells, kinds }: TableRow, column: number): void {
    const text = wellFormed((cells[column] ?? "").trim());
    const kind = kinds?.[column];
    const isMissing = kind === "null" || isMissingWord(text);
    if (isMissing) this.missing++;
    else if (kind === "number") this.typedNumbers++;
    this.#push(isMissing ? -1 : this.#placeOf(text, kind === "list" || kind === "object"));
  }

  #placeOf(text: string, isStructured: boolean): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.values.push({ text, rows: 0, first: this.#rows, isStructured }) - 1;
      this.#places.set(text, place);
    }
    this.values[place]!.rows++;
    return place;
  }

  #push(code: number): void {
    if (this.#rows === this.#codes.length) {
      const larger = new Int32Array(2 * this.#rows);
      larger.set(this.#codes);
      this.#codes = larger;
    }
    this.#codes[this.#rows++] = code;
  }
}

/** Where the rows of a table stand. */
export interface RowPlaces {
  /** `file:line` of a row. */
  readonly at: (row: number) => string;
}

/** Reads all rows of a table, column by column. */
export async function readCells(
  table: Table,
  columns: readonly string[],
): Promise<{ readonly cells: readonly ColumnCells[]; readonly rows: number; readonly places: RowPlaces }> {
  const wanted = columns.map((name) => ({ place: table.columns.indexOf(name), cells: new ColumnCells(name) }));
  const lines: number[] = [];
  const files: (string | undefined)[] = [];
  for await (const row of table.rows) {
    lines.push(row.line);
    if (row.file !== undefined) files[lines.length - 1] = row.file;
    for (const { place, cells } of wanted) cells.add(row, place);
  }
  const at = (row: number) => `${files[row] ?? table.name}:${lines[row]}`;
  return { cells: wanted.map(({ cells }) => cells), rows: lines.length, places: { at } };
}

/** How many rows have a value of which this holds. */
export function rowsWhere(values: readonly CellValue[], holds: (value: CellValue) => boolean): number {
  return values.reduce((sum, value) => sum + (holds(value) ? value.rows : 0), 0);
}

/** What does not fit its column: how many rows, and the first of them with their values. */
export interface Unfit {
  readonly rows: number;
  /** Of different values, at most five. */
  readonly examples: readonly { readonly where: string; readonly value: string }[];
}

/** `file:line: "value"` of the first values that do not fit. */
export function unfitInWords({ examples }: Unfit): string[] {
  return examples.map(({ where, value }) => `${where}: ${JSON.stringify(value)}`);
}

/** Counts the values that a column cannot hold. */
export function countUnfit(values: readonly CellValue[], fits: (place: number) => boolean, { at }: RowPlaces): Unfit {
  const unfit = values.filter((_, place) => !fits(place));
  return {
    rows: unfit.reduce((sum, { rows }) => sum + rows, 0),
    examples: unfit.slice(0, NAMED).map(({ text, first }) => ({ where: at(first), value: text })),
  };
}

/** The values that most rows have, the most frequent first; ties in the order of UTF-16 code units. */
export function mostFrequent(
  values: readonly CellValue[],
  count: number,
): { readonly value: string; readonly rows: number }[] {
  const top: CellValue[] = [];
  for (const value of values) {
    if (top.length === count && !isBefore(value, top[count - 1]!)) continue;
    const place = top.findIndex((each) => isBefore(value, each));
    top.splice(place === -1 ? top.length : place, 0, value);
    if (top.length > count) top.pop();
  }
  return top.map(({ text, rows }) => ({ value: text, rows }));
}

function isBefore(one: CellValue, other: CellValue): boolean {
  return one.rows === other.rows ? one.text < other.text : one.rows > other.rows;
}
