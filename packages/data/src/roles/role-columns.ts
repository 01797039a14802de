import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { sketchColumns, type TableSketch } from "./column-sketches.ts";
import { guessColumn } from "./guess-columns.ts";
import type { Role } from "./roles.ts";

/** Columns by role, as a recipe or the command line names them. */
export type RoleColumns = { readonly [R in Role]?: string | undefined };

export interface RoleRequest<R extends Role = Role> {
  /** Roles that must have a column: named, or found. */
  readonly required: readonly R[];
  /**
   * Roles that have a column where one is named, or where the source knows of one. Default: `id` and `group`, and where one is named
   * `time` and `split`.
   */
  readonly optional?: readonly Role[];
  readonly columns?: RoleColumns;
  /** Those that a stored model was trained with: taken where the table has them. Default: none. */
  readonly trained?: RoleColumns;
}

/** Rows that tell which column is which. */
const ROWS_LOOKED_AT = 1000;

/**
 * Finds the column of each role that a task asks for, the same way for every verb.
 *
 * A column that is named must be there. Otherwise it is the one that a model was trained with, the one that the
 * source itself knows, the one that is called like the role, or for a required role the one that looks like it, which the table then warns of.
 *
 * @throws {ModelwrightError} `DATA_COLUMN_MISSING`, `DATA_COLUMN_REPEATED`, `DATA_COLUMN_SHARED`; `DATA_ROW_MALFORMED` where rows
 *   are looked at.
 */
export async function findColumns<R extends Role>(table: Table, request: RoleRequest<R>): Promise<RoleColumns> {
  const { required, columns = {}, trained = {} } = request;
  const { optional = ["id", "group", ...dividingRoles(columns)] } = request;
  const found: { [Each in Role]?: string } = {};
  const has = (column: string | undefined) =>
    column !== undefined && table.columns.includes(column) ? column : undefined;
  for (const role of new Set<Role>([...required, ...optional])) {
    const column = columns[role] ?? has(trained[role]) ?? table.roles?.[role];
    if (column === undefined) continue;
    checkColumn(table, role, column);
    found[role] = column;
  }
  const open = required.filter((role) => found[role] === undefined);
  for (const role of open) {
    if (has(role) === undefined) continue;
    found[role] = role;
    if (trained[role] !== undefined) tellOther(table, { role, wanted: trained[role], taken: `"${role}"` });
  }
  let sketch: TableSketch | undefined;
  for (const role of open) {
    if (found[role] !== undefined) continue;
    sketch ??= await sketchColumns(table, ROWS_LOOKED_AT);
    const guess = guessColumn(role, sketch, Object.values(found));
    if (guess === undefined) throw missing(table, role, trained[role] ?? role);
    tellOther(table, { role, wanted: trained[role] ?? role, taken: `"${guess}" looks like it and` });
    found[role] = guess;
  }
  checkShared(table, found);
  return found;
}

/** Roles of columns that divide rows, where there are any. */
export function dividingRoles(columns: RoleColumns): readonly ("time" | "split")[] {
  return (["time", "split"] as const).filter((role) => columns[role] !== undefined);
}

/** Roles of which no two can have the same column: what goes in, and what is predicted of it. */
const APART: readonly Role[] = [
  "text",
  "image",
  "sound",
  "label",
  "labels",
  "spans",
  "target",
  "positive",
  "negative",
  "second",
  "similarity",
];

function checkShared(table: Table, found: RoleColumns): void {
  const owners = new Map<string, Role>();
  for (const role of APART) {
    const column = found[role];
    if (column === undefined) continue;
    const owner = owners.get(column);
    if (owner !== undefined) {
      throw new ModelwrightError("DATA_COLUMN_SHARED", { file: table.name, column, roles: [owner, role] });
    }
    owners.set(column, role);
  }
}

/** Warns that a role has another column than the one that was looked for. */
function tellOther(
  { name, warnings }: Table,
  { role, wanted, taken }: { readonly role: Role; readonly wanted: string; readonly taken: string },
): void {
  const as = wanted === role ? "" : `, as in the model's training data`;
  warnings.add(`${name}: no column is called "${wanted}"${as}; ${taken} was taken`);
}

function checkColumn(table: Table, role: Role, column: string): void {
  if (!table.columns.includes(column)) throw missing(table, role, column);
  if (table.repeated?.has(column)) throw new ModelwrightError("DATA_COLUMN_REPEATED", { file: table.name, column });
}

function missing({ name, columns }: Table, role: Role, column: string): ModelwrightError {
  return new ModelwrightError("DATA_COLUMN_MISSING", { file: name, column, role, available: columns });
}
