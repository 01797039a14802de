import type { AnnotationRole } from "../annotations/annotation.ts";
import { dropMissing, isComplete } from "../cleaning/missing-values.ts";
import { type RowWith, readRows } from "../roles/read-rows.ts";
import { dividingRoles } from "../roles/role-columns.ts";
import { asTable, takeTableRows, type WholeTable } from "./whole-table.ts";

/** Rows that have what is predicted of them, beside all their cells. */
export interface AnnotatedTable<R extends AnnotationRole> {
  readonly whole: WholeTable;
  readonly rows: readonly RowWith<R>[];
}

/**
 * The rows that have what is predicted, and what divides them where a column does.
 *
 * @param options.missing What becomes of the others.
 * @returns With those that were dropped, as `file:line`.
 * @throws {ModelwrightError} `DATA_MISSING_VALUES`, `DATA_VALUE_TYPE`.
 */
export async function annotatedTable<R extends AnnotationRole>(
  whole: WholeTable,
  { role, missing }: { readonly role: R; readonly missing: "drop" | "error" },
): Promise<AnnotatedTable<R> & { readonly dropped: readonly string[] }> {
  const { table, columns } = whole;
  // What divides rows is no part of the type, as a group is not.
  const required = [role, ...dividingRoles(columns)] as readonly R[];
  const read = await readRows<R>(asTable(whole), { required, columns });
  const rows = dropMissing(read.rows, { file: table.name, required, columns, missing });
  const has = read.rows.map((row) => isComplete(row, required));
  return {
    whole: takeTableRows(
      whole,
      [...has.keys()].filter((row) => has[row]),
    ),
    rows,
    dropped: read.rows.filter((_, row) => !has[row]).map(({ origin }) => `${origin.file}:${origin.line}`),
  };
}

/** Some of the rows. */
export function takeAnnotated<R extends AnnotationRole>(
  { whole, rows }: AnnotatedTable<R>,
  chosen: readonly number[],
): AnnotatedTable<R> {
  return { whole: takeTableRows(whole, chosen), rows: chosen.map((row) => rows[row]!) };
}
