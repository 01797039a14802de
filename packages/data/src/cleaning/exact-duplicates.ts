import type { TextOnlyRow } from "../text-row.ts";
import { normalizedText } from "./normalized-text.ts";

/** Rows that say the same but are annotated otherwise. */
export interface Conflict<Row> {
  readonly kept: Row;
  readonly copy: Row;
}

export interface ExactDuplicates<Row> {
  /** For each row the index of the first row with the same normalised text: its own, if it is the first. */
  readonly firstOf: Int32Array;
  readonly copies: number;
  readonly conflicts: readonly Conflict<Row>[];
}

/**
 * Finds the rows whose normalised text occurred before.
 *
 * @param options.key Rows with the same text conflict where it differs.
 * @param options.copied The text of a row.
 */
export function findExactDuplicates<Row extends TextOnlyRow>(
  rows: readonly Row[],
  { key: keyOf, copied }: { readonly key: (row: Row) => string; readonly copied: (row: Row) => string },
): ExactDuplicates<Row> {
  const firstByText = new Map<string, number>();
  const firstOf = new Int32Array(rows.length);
  const conflicts: Conflict<Row>[] = [];
  for (const [i, row] of rows.entries()) {
    const text = normalizedText(copied(row));
    const first = firstByText.get(text) ?? i;
    if (first === i) firstByText.set(text, i);
    firstOf[i] = first;
    const kept = rows[first]!;
    if (keyOf(kept) !== keyOf(row)) conflicts.push({ kept, copy: row });
  }
  return { firstOf, copies: rows.length - firstByText.size, conflicts };
}
