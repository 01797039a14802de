import type { AnnotationRole } from "./annotations/annotation.ts";
import { dropMissing } from "./cleaning/missing-values.ts";
import { type RowWith, readRows } from "./roles/read-rows.ts";
import { requiredRoles } from "./roles/required-roles.ts";
import type { RoleColumns } from "./roles/role-columns.ts";
import { openTable } from "./sources/open-table.ts";

export interface AnnotatedRows<R extends AnnotationRole> {
  readonly rows: readonly RowWith<"text" | R>[];
  /** Rows left out, by reason. */
  readonly skipped: { rows: number; reason: string }[];
  /** The columns that were read. */
  readonly columns: RoleColumns;
  /** What a careful reader should know: a guessed encoding. */
  readonly warnings: readonly string[];
}

/**
 * Reads every annotated row of a file as it is: no cleaning, no splits. For evaluating a model that exists.
 *
 * @param source A file, relative to the working folder or absolute, or `npm:<package>`.
 * @param roles What a row has beside its text.
 * @param options.columns By role. Default: those that are called or look like it.
 * @param options.trained Columns that the model was trained with, taken where the file has them. Default: none.
 * @param options.labelSeparator What stands between labels in a cell. Default: told from the column.
 * @param options.encoding A label of the WHATWG Encoding Standard. Default: told from the bytes.
 * @throws {ModelwrightError} with a `DATA_…` code, naming the file.
 */
export async function readAnnotatedRows<R extends AnnotationRole>(
  source: string,
  roles: R | readonly R[],
  options: {
    readonly columns?: RoleColumns;
    readonly trained?: RoleColumns;
    readonly labelSeparator?: string;
    readonly encoding?: string | undefined;
  } = {},
): Promise<AnnotatedRows<R>> {
  const { columns = {}, trained = {}, labelSeparator, encoding } = options;
  const beside = [roles].flat() as readonly R[];
  const required = requiredRoles(beside, { second: trained.second ?? columns.second });
  const wanted = Object.values(columns).filter((column) => column !== undefined);
  const table = await openTable(source, { baseDir: ".", wanted, encoding });
  const read = await readRows(table, {
    required,
    columns,
    trained,
    ...(labelSeparator === undefined ? {} : { labelSeparator }),
  });
  const rows = dropMissing(read.rows, { file: table.name, required, columns: read.columns, missing: "drop" });
  const missing = read.rows.length - rows.length;
  return {
    rows,
    skipped: missing === 0 ? [] : [{ rows: missing, reason: `no text or no ${beside.join(" or no ")}` }],
    columns: read.columns,
    warnings: [...table.warnings],
  };
}
