import type { TextOnlyRow } from "../text-row.ts";
import { normalizedText } from "./normalized-text.ts";

/** Rows that say the same but are annotated otherwise. */
export interface Conflict<Row> {
  readonly kept: Row;
  readonly copy: Row;
}

export interface ExactDuplicates<Row> {
  /** For each row the index of the first row with the same normalised texts: its own, if it is the first. */
  readonly firstOf: Int32Array;
  readonly copies: number;
  readonly conflicts: readonly Conflict<Row>[];
}

/**
 * Finds the rows whose normalised text occurred before.
 *
 * @param options.key Rows with the same text conflict where it differs.
 * @param options.texts The texts of a row, all of which a copy has.
 */
export function findExactDuplicates<Row extends TextOnlyRow>(
  rows: readonly Row[],
  { key: keyOf, texts }: { readonly key: (row: Row) => string; readonly texts: (row: Row) => readonly string[] },
): ExactDuplicates<Row> {
  const firstByText = new Map<string, number>();
  const firstOf = new Int32Array(rows.length);
  const conflicts: Conflict<Row>[] = [];
  for (const [i, row] of rows.entries()) {
    const text = JSON.stringify(texts(row).map(normalizedText));
    const first = firstByText.get(text) ?? i;
    if (first === i) firstByText.set(text, i);
    firstOf[i] = first;
    const kept = rows[first]!;
    if (keyOf(kept) !== keyOf(row)) conflicts.push({ kept, copy: row });
  }
  return { firstOf, copies: rows.length - firstByText.size, conflicts };
}
