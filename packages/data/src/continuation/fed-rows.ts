import type { RowOrigin } from "../roles/read-rows.ts";
import type { SplitSettings } from "../splits/division.ts";

/** What messages call the rows that came back. */
export const FED = "feedback";

/**
 * Rows that came back, with what the recipe divides rows by: they have neither the time nor the name of a split, and are
 * among those to learn from in every further split.
 */
export function withDividingRoles<Row extends RowOrigin>(rows: readonly Row[], { by }: SplitSettings): readonly Row[] {
  if (by === "time") return rows.map((row) => ({ ...row, time: Number.NEGATIVE_INFINITY }));
  return by === "column" ? rows.map((row) => ({ ...row, split: "train" })) : rows;
}

/** Places of rows, each as often as it counts. */
export function repeated(rows: readonly number[], timesOf: (row: number) => number): number[] {
  return rows.flatMap((row) => Array.from({ length: timesOf(row) }, () => row));
}
