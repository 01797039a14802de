import type { Column, Frame } from "../frames/frame.ts";
import type { ReadFrame } from "../frames/read-frame.ts";
import type { ColumnProfile, TableProfile } from "../profile/table-profile.ts";
import { type Predicted, predictedOf } from "./predicted.ts";
import { singleColumnScore } from "./single-column-score.ts";

/** Rows of a table in memory, with what they say. */
export interface ProfiledRows {
  /** Of these rows. */
  readonly profile: TableProfile;
  /** Of all rows, where these are some of them. Default: these are all. */
  readonly whole?: TableProfile;
  readonly frame: Frame;
  /** As `ReadFrame` has them. */
  readonly codes: readonly Int32Array[];
  /** `file:line` of a row, from 0. */
  readonly whereIs: ReadFrame["whereIs"];
}

/** Rows of the same columns that the table is compared with. */
export interface OtherRows extends ProfiledRows {
  /** A test file must not repeat rows of the table; an earlier version of the table does. */
  readonly is: "test file" | "earlier version";
}

export interface TableToCheck extends ProfiledRows {
  /** The column that is predicted. Default: what concerns it is not checked. */
  readonly label?: string | undefined;
  /** The column that is known to name the rows. Default: none. */
  readonly id?: string | undefined;
  readonly other?: OtherRows | undefined;
}

/** A table as checks see it. */
export interface CheckedTable extends TableToCheck {
  readonly columns: readonly CheckedColumn[];
  readonly predicted?: Predicted;
  /** How well the column by itself tells what is predicted, on rows it has not seen; undefined where that is not asked of it. */
  readonly scoreOf: (column: Column) => number | undefined;
}

export interface CheckedColumn {
  readonly profile: ColumnProfile;
  readonly column: Column;
  readonly codes: Int32Array;
}

/** Brings together what several checks look at, and remembers what is dear. */
export function checkedTable(table: TableToCheck): CheckedTable {
  const columns = table.frame.columns.map((column, i) => ({
    column,
    profile: table.profile.columns[i]!,
    codes: table.codes[i]!,
  }));
  const label = columns.find(({ column }) => column.name === table.label);
  const predicted = label === undefined ? undefined : predictedOf(label);
  const scores = new Map<Column, number | undefined>();
  const scoreOf = (column: Column) => {
    if (predicted === undefined || column.name === table.label) return undefined;
    if (!scores.has(column)) scores.set(column, singleColumnScore(column, predicted));
    return scores.get(column);
  };
  return { ...table, columns, scoreOf, ...(predicted === undefined ? {} : { predicted }) };
}

/** Rows of a column with a value that its kind can be. */
export function filledRows({ profile }: CheckedColumn, rows: number): number {
  return rows - profile.missing - profile.unfit.rows;
}
