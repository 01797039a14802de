import { ModelwrightError, type RowRules } from "@modelwright/contracts";
import type { RoleColumns } from "../roles/role-columns.ts";
import { dividingRoles, findColumns } from "../roles/role-columns.ts";
import type { Role } from "../roles/roles.ts";
import { openTable } from "../sources/open-table.ts";
import type { TableOptions } from "../sources/table-options.ts";
import type { Table, TableRow } from "../tables/table.ts";

/** A table with all its rows in memory. */
export interface WholeTable {
  readonly table: Table;
  readonly rows: readonly TableRow[];
  /** By role. */
  readonly columns: RoleColumns;
}

export interface WholeTableOptions {
  /** What must have a column. */
  readonly required: readonly Role[];
  /** What has a column where one is named, or where the table has the one that a model was trained with. Default: `id` and `group`. */
  readonly optional?: readonly Role[];
  readonly columns: RoleColumns;
  /** Those that a stored model was trained with, taken where the table has them. Default: none. */
  readonly trained?: RoleColumns;
  readonly baseDir: string;
  readonly encoding?: string | undefined;
  /** Of a database. */
  readonly query?: string | undefined;
  /** What rows are held to. Default: nothing. */
  readonly rowRules?: RowRules | undefined;
  readonly onVersion?: TableOptions["onVersion"];
  readonly onProgress?: (done: number) => void;
}

const PROGRESS_EVERY = 10_000;

/**
 * Reads all rows of a source, each with all its cells.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_COLUMN_MISSING`, and what opening and reading the source throw.
 */
export async function readWholeTable(source: string, options: WholeTableOptions): Promise<WholeTable> {
  const {
    required,
    optional = [],
    columns: named,
    trained = {},
    baseDir,
    encoding,
    query,
    rowRules,
    onVersion,
    onProgress,
  } = options;
  const wanted = Object.values(named).filter((column) => column !== undefined);
  const table = await openTable(source, { baseDir, wanted, encoding, query, rowRules, onVersion });
  const columns = await findColumns(table, {
    required,
    optional: ["id", "group", ...dividingRoles(named), ...optional],
    columns: named,
    trained,
  });
  const rows: TableRow[] = [];
  for await (const row of table.rows) {
    rows.push(row);
    if (rows.length % PROGRESS_EVERY === 0) onProgress?.(rows.length);
  }
  if (rows.length > 0) return { table, rows, columns };
  const problem = "no rows: an empty file, or a header and no rows below it";
  throw new ModelwrightError("DATA_EMPTY", { file: table.name, problem });
}

/** Some of the rows. */
export function takeTableRows(whole: WholeTable, chosen: readonly number[]): WholeTable {
  return { ...whole, rows: chosen.map((row) => whole.rows[row]!) };
}

/** The rows that are held, as a table that can be read again. */
export function asTable({ table, rows }: WholeTable): Table {
  async function* each(): AsyncGenerator<TableRow> {
    yield* rows;
  }
  return { ...table, rows: { [Symbol.asyncIterator]: each } };
}
