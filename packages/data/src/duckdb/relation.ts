import type { DuckDb } from "./open-duckdb.ts";

/** Rows of texts under names, which DuckDB can be asked about. */
export interface Relation {
  /** What messages call it. */
  readonly name: string;
  readonly columns: readonly string[];
  /**
   * What stands behind FROM: a query whose columns are texts, `c0`, `c1`, … in the order of `columns`; null where a row has no
   * cell, or an empty one.
   */
  readonly from: string;
  /** Columns whose cells a format knows to be numbers. */
  readonly typed: ReadonlySet<number>;
  /** Columns in which there are lists or objects. */
  readonly structured: ReadonlySet<number>;
  /** SQL of `file:line` of a row, where it is known without the rows before it. */
  readonly line: string | undefined;
  /** A table that holds the rows and may go once they were read. Default: they lie elsewhere. */
  readonly table?: string;
  /** Lines above the first row. */
  readonly header: number;
  /** What a careful reader should know. */
  readonly warnings: readonly string[];
  readonly database: DuckDb;
}

/** What DuckDB can read by itself, as our readers do. */
export interface NativeQuery extends Pick<Relation, "columns" | "from" | "typed" | "structured" | "header"> {
  readonly name: string;
}
