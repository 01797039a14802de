import type { TextRow } from "../text-row.ts";
import { normalizedText } from "./normalized-text.ts";

/** Rows that say the same but carry different labels. */
interface LabelConflict {
  readonly kept: TextRow;
  readonly copy: TextRow;
}

export interface ExactDuplicates {
  /** For each row the index of the first row with the same normalised text: its own, if it is the first. */
  readonly firstOf: Int32Array;
  readonly copies: number;
  readonly conflicts: readonly LabelConflict[];
}

/** Finds the rows whose normalised text occurred before. */
export function findExactDuplicates(rows: readonly TextRow[]): ExactDuplicates {
  const firstByText = new Map<string, number>();
  const firstOf = new Int32Array(rows.length);
  const conflicts: LabelConflict[] = [];
  for (const [i, row] of rows.entries()) {
    const text = normalizedText(row.text);
    const first = firstByText.get(text) ?? i;
    if (first === i) firstByText.set(text, i);
    firstOf[i] = first;
    const kept = rows[first]!;
    if (kept.label !== row.label) conflicts.push({ kept, copy: row });
  }
  return { firstOf, copies: rows.length - firstByText.size, conflicts };
}
