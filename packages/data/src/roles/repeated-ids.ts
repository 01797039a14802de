import { counted, listed } from "../report-builder.ts";
import type { RowOrigin } from "./read-rows.ts";

/** A warning of rows that are called as an earlier one. */
export function repeatedIds(rows: readonly RowOrigin[]): string[] {
  const seen = new Set<string>();
  const repeated = rows.filter((row) => seen.size === seen.add(row.id).size);
  if (repeated.length === 0) return [];
  const where = listed(repeated.map((row) => `"${row.id}" (${row.origin.file}:${row.origin.line})`));
  return [`${counted(repeated.length, "row")} with the id of an earlier row: ${where}`];
}
