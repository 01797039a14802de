import { ModelwrightError } from "@modelwright/contracts";
import { quotedName } from "../duckdb/open-duckdb.ts";
import { columnNames } from "../tables/column-names.ts";
import type { Cell, Table, TableRow } from "../tables/table.ts";
import type { Selection } from "./source-address.ts";

/** A database from which is read. */
export interface SqlSource {
  /** What messages call it, without secrets. */
  readonly name: string;
  /** The tables and views in it, for one who names none. */
  readonly tables: () => Promise<readonly string[]>;
  /** The columns of a query, in its order. */
  readonly columns: (query: string) => Promise<readonly string[]>;
  /** The rows of a query, each with a cell or nothing per column. */
  readonly rows: (query: string) => AsyncIterable<readonly (Cell | undefined)[]>;
}

/**
 * The result of a query, or a table of a database, as a table; a row's line is its number.
 *
 * @param selection Neither a table nor a query: the only table that there is.
 * @throws {ModelwrightError} `DATA_QUERY_MISSING`, `DATA_QUERY_FAILED` for what gives no rows, and what reading throws.
 */
export async function sqlTable(source: SqlSource, selection: Selection): Promise<Table> {
  const query = await queryOf(source, selection);
  const { name } = source;
  const found = await source.columns(query);
  if (found.length === 0) {
    throw new ModelwrightError("DATA_QUERY_FAILED", { source: name, problem: "the statement gives no rows" });
  }
  const { columns, repeated, changes } = columnNames(found);
  async function* rows(): AsyncGenerator<TableRow> {
    let line = 0;
    for await (const cells of source.rows(query)) {
      yield { cells: cells.map((cell) => cell?.text), kinds: cells.map((cell) => cell?.kind), line: ++line };
    }
  }
  const warnings = new Set(changes.map((change) => `${name}: ${change}`));
  return { name, columns, rows: { [Symbol.asyncIterator]: rows }, warnings, repeated };
}

async function queryOf({ name, tables }: SqlSource, { query, table }: Selection): Promise<string> {
  if (query !== undefined) return query;
  if (table !== undefined) return selectAll(table);
  const found = await tables();
  if (found.length === 1) return selectAll(found[0]!);
  throw new ModelwrightError("DATA_QUERY_MISSING", { source: name, tables: found });
}

/** @param table It may have its schema before it: `sales.tickets`. */
function selectAll(table: string): string {
  return `SELECT * FROM ${table.split(".").map(quotedName).join(".")}`;
}
