import type { Annotation, AnnotationRole } from "../annotations/annotation.ts";
import { dropMissing, isComplete } from "../cleaning/missing-values.ts";
import { type RowWith, readRows } from "../roles/read-rows.ts";
import { dividingRoles, type RoleColumns } from "../roles/role-columns.ts";
import { asTable, takeTableRows, type WholeTable } from "./whole-table.ts";

/** What decides whether a row is of use. */
export type RowAnnotation<R extends AnnotationRole> = Pick<Annotation<R, never>, "role" | "isOptional">;

/** Rows that have what is predicted of them, beside all their cells. */
export interface AnnotatedTable<R extends AnnotationRole> {
  readonly whole: WholeTable;
  readonly rows: readonly RowWith<R>[];
}

/**
 * The rows that have what is predicted, and what divides them where a column does.
 *
 * @param options.annotation What is predicted; where it is optional, rows without it have the empty text.
 * @param options.missing What becomes of the others.
 * @returns With those that were dropped, as `file:line`.
 * @throws {ModelwrightError} `DATA_MISSING_VALUES`, `DATA_VALUE_TYPE`.
 */
export async function annotatedTable<R extends AnnotationRole>(
  whole: WholeTable,
  { annotation, missing }: { readonly annotation: RowAnnotation<R>; readonly missing: "drop" | "error" },
): Promise<AnnotatedTable<R> & { readonly dropped: readonly string[] }> {
  const { table, columns } = whole;
  const { role } = annotation;
  // What divides rows is no part of the type, as a group is not.
  const required = [...neededRoles(annotation, columns), ...dividingRoles(columns)] as readonly R[];
  const { rows: read } = await readRows<R>(asTable(whole), { required, columns });
  const filled = annotation.isOptional === true ? read.map((row) => ({ [role]: "", ...row })) : read;
  const rows = dropMissing(filled, { file: table.name, required, columns, missing });
  const has = filled.map((row) => isComplete(row, required));
  return {
    whole: takeTableRows(
      whole,
      [...has.keys()].filter((row) => has[row]),
    ),
    rows,
    dropped: read.filter((_, row) => !has[row]).map(({ origin }) => `${origin.file}:${origin.line}`),
  };
}

/** The roles that must have a column for what is predicted: none where it is optional and no column is named. */
export function neededRoles<R extends AnnotationRole>(
  { role, isOptional = false }: RowAnnotation<R>,
  columns: RoleColumns,
): readonly R[] {
  return isOptional && columns[role] === undefined ? [] : [role];
}

/** Some of the rows. */
export function takeAnnotated<R extends AnnotationRole>(
  { whole, rows }: AnnotatedTable<R>,
  chosen: readonly number[],
): AnnotatedTable<R> {
  return { whole: takeTableRows(whole, chosen), rows: chosen.map((row) => rows[row]!) };
}
