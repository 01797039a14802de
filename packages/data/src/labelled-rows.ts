import { dropMissing } from "./cleaning/missing-values.ts";
import { readRows } from "./roles/read-rows.ts";
import type { RoleColumns } from "./roles/role-columns.ts";
import { openTable } from "./sources/open-table.ts";
import type { TextRow } from "./text-row.ts";

export interface LabelledRows {
  readonly rows: readonly TextRow[];
  /** Rows left out, by reason. */
  readonly skipped: { rows: number; reason: string }[];
  /** The columns that were read. */
  readonly columns: RoleColumns;
  /** What a careful reader should know: a guessed encoding. */
  readonly warnings: readonly string[];
}

const ROLES = ["text", "label"] as const;

/**
 * Reads every labelled row of a file as it is: no cleaning, no splits. For judging a model that exists.
 *
 * @param source A file, relative to the working folder or absolute, or `npm:<package>`.
 * @param columns Default: those that are called or look like it.
 * @throws {ModelwrightError} with a `DATA_…` code, naming the file.
 */
export async function readLabelledRows(
  source: string,
  columns: { readonly text?: string; readonly label?: string } = {},
): Promise<LabelledRows> {
  const table = await openTable(source, { baseDir: ".", wanted: Object.values(columns) });
  const read = await readRows(table, { required: ROLES, columns });
  const rows = dropMissing(read.rows, { file: table.name, required: ROLES, columns: read.columns, missing: "drop" });
  const missing = read.rows.length - rows.length;
  return {
    rows,
    skipped: missing === 0 ? [] : [{ rows: missing, reason: "no text or no label" }],
    columns: read.columns,
    warnings: [...table.warnings],
  };
}
