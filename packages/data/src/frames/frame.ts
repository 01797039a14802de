import type { PlainTextCure } from "@modelwright/contracts";
import type { DateSpelling } from "./date-spellings.ts";
import type { NumberSpelling } from "./number-spellings.ts";

/** What the values of a column are. */
export type ColumnKind = "number" | "category" | "date" | "text";

export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** NaN: missing. */
  readonly values: Float64Array;
  /** How the table wrote the numbers. Default: with a decimal point. */
  readonly spelling?: NumberSpelling;
  /** What the table wrote beside each number: a currency, "%". Default: nothing. */
  readonly unit?: string;
}

export interface CategoryColumn {
  readonly kind: "category";
  readonly name: string;
  /** Places in `categories`; −1: missing. */
  readonly codes: Int32Array;
  /** Each once, and none is empty. */
  readonly categories: readonly string[];
  /** What was done to them. Default: nothing. */
  readonly cures?: readonly PlainTextCure[];
}

export interface DateColumn {
  readonly kind: "date";
  readonly name: string;
  /** Whole milliseconds since 1970, UTC; NaN: missing. */
  readonly values: Float64Array;
  /** How the table wrote the dates. Default: as ISO 8601. */
  readonly spelling?: DateSpelling;
}

export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  /** "": missing. */
  readonly values: readonly string[];
  /** What was done to them. Default: nothing. */
  readonly cures?: readonly PlainTextCure[];
  /** What an encoder has made of them. Default: nothing. */
  readonly vectors?: TextVectors;
}

/** Vectors of texts, each once however many rows have it. */
export interface TextVectors {
  /** The encoder's place among those of a model. */
  readonly encoder: number;
  readonly width: number;
  /** `[texts, width]`, row-major. */
  readonly table: Float32Array;
  /** Of each row of the column its row of `table`; −1: missing. */
  readonly places: Int32Array;
}

export type Column = NumberColumn | CategoryColumn | DateColumn | TextColumn;
export type ColumnOf<K extends ColumnKind> = Extract<Column, { readonly kind: K }>;

/** A table in memory: columns of typed values, all of the same length. */
export interface Frame {
  readonly rows: number;
  readonly columns: readonly Column[];
}

const TAKE: { readonly [K in ColumnKind]: (column: ColumnOf<K>, rows: Int32Array) => ColumnOf<K> } = {
  number: (column, rows) => ({ ...column, values: Float64Array.from(rows, (row) => column.values[row]!) }),
  category: (column, rows) => ({ ...column, codes: rows.map((row) => column.codes[row]!) }),
  date: (column, rows) => ({ ...column, values: Float64Array.from(rows, (row) => column.values[row]!) }),
  text: (column, rows) => ({
    ...column,
    values: Array.from(rows, (row) => column.values[row]!),
    ...(column.vectors && {
      vectors: { ...column.vectors, places: rows.map((row) => column.vectors!.places[row]!) },
    }),
  }),
};

/**
 * The rows of these numbers, in their order; one may be taken more than once. Categories stay those of the
 * whole column.
 */
export function takeRows(frame: Frame, rows: Int32Array): Frame {
  const take = (column: Column) => TAKE[column.kind](column as never, rows);
  return { rows: rows.length, columns: frame.columns.map(take) };
}

const JOIN: { readonly [K in ColumnKind]: (first: ColumnOf<K>, second: ColumnOf<K>) => ColumnOf<K> } = {
  number: (first, second) => ({ ...first, values: joinNumbers(first.values, second.values) }),
  category: (first, second) => ({ ...first, codes: joinCodes(first.codes, second.codes) }),
  date: (first, second) => ({ ...first, values: joinNumbers(first.values, second.values) }),
  text: (first, second) => ({
    ...first,
    values: [...first.values, ...second.values],
    ...(first.vectors &&
      second.vectors && {
        vectors: { ...first.vectors, places: joinCodes(first.vectors.places, second.vectors.places) },
      }),
  }),
};

function joinCodes(first: Int32Array, second: Int32Array): Int32Array {
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function joinNumbers(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** The rows of one frame and behind them those of another, both taken from the same table by `takeRows`. */
export function joinRows(first: Frame, second: Frame): Frame {
  const join = (column: Column, i: number) => JOIN[column.kind](column as never, second.columns[i] as never);
  return { rows: first.rows + second.rows, columns: first.columns.map(join) };
}
