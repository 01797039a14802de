import { ModelwrightError } from "@modelwright/contracts";
import type { RowAsRead, RowWith } from "../roles/read-rows.ts";
import type { RoleColumns } from "../roles/role-columns.ts";
import type { Role } from "../roles/roles.ts";

export interface MissingOptions<R extends Role> {
  readonly file: string;
  /** Roles without which a row is of no use. */
  readonly required: readonly R[];
  readonly columns: RoleColumns;
  readonly missing: "drop" | "error";
}

const NAMED_ROWS = 5;

/**
 * Drops rows that lack a value of a required role.
 *
 * @throws {ModelwrightError} `DATA_MISSING_VALUES` with the first rows named, if `missing` is `error`.
 */
export function dropMissing<R extends Role>(rows: readonly RowAsRead<R>[], options: MissingOptions<R>): RowWith<R>[] {
  const { file, required, columns, missing } = options;
  for (const role of missing === "error" ? required : []) {
    const bad = rows.filter((row) => row[role] === undefined);
    if (bad.length === 0) continue;
    const first = bad.slice(0, NAMED_ROWS).map(({ origin }) => `${origin.file}:${origin.line}`);
    const where = { file, column: columns[role] ?? role, role };
    throw new ModelwrightError("DATA_MISSING_VALUES", { ...where, count: bad.length, rows: rows.length, first });
  }
  return rows.filter((row): row is RowWith<R> => isComplete(row, required));
}

export function isComplete<R extends Role>(row: RowAsRead<R>, required: readonly R[]): row is RowWith<R> {
  return required.every((role) => row[role] !== undefined);
}
