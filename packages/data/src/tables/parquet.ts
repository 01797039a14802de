import { ModelwrightError } from "@modelwright/contracts";
import { columnText } from "../duckdb/column-texts.ts";
import { type DuckDb, openDuckDb } from "../duckdb/open-duckdb.ts";
import type { FileOptions } from "./format-options.ts";
import type { CellKind, Table, TableRow } from "./table.ts";
import { tokenColumnsOf, withSpansOfTokens } from "./token-lists.ts";

const SOURCE = "SELECT * FROM read_parquet($1)";

/**
 * Reads a Parquet file as a table, by DuckDB and row by row; a row's line is its number. Lists of tokens and of their tags
 * become a text and its spans.
 *
 * @throws {ModelwrightError} `PEER_MISSING`, `DATA_EMPTY`; here and as rows are read `DATA_FILE_DAMAGED`,
 *   `DATA_TOO_LARGE` where its rows take more memory than DuckDB is given.
 */
export async function readParquet(path: string, { name, wanted }: FileOptions): Promise<Table> {
  const within = async <T>(use: (database: DuckDb) => Promise<T>): Promise<T> => {
    const database = await open(path);
    try {
      return await use(database);
    } catch (cause) {
      throw damage(name, cause);
    } finally {
      await database.close();
    }
  };
  const columns = await within((database) => database.columns(SOURCE, [path]));
  const texts = columns.map(columnText);
  const kinds = texts.map(({ kind }) => kind);
  const query = `SELECT ${texts.map(({ sql }) => sql).join(", ")} FROM read_parquet($1)`;
  async function* rows(): AsyncGenerator<TableRow> {
    const database = await open(path);
    let line = 0;
    try {
      for await (const batch of database.rows(query, [path])) {
        for (const values of batch) yield tableRow(values as readonly (string | null)[], { kinds, line: ++line });
      }
    } catch (cause) {
      throw damage(name, cause, line + 1);
    } finally {
      await database.close();
    }
  }
  const table: Table = {
    name,
    columns: columns.map((column) => column.name),
    rows: { [Symbol.asyncIterator]: rows },
    warnings: new Set(
      columns.flatMap(({ name: column, type }) =>
        type === "BLOB" ? [`${name}: the column "${column}" holds bytes, which were read as base64`] : [],
      ),
    ),
  };
  return withSpansOfTokens(table, await tokenColumnsOf(table, wanted));
}

function open(path: string): Promise<DuckDb> {
  return openDuckDb({ purpose: "Parquet files", files: [path] });
}

function tableRow(
  values: readonly (string | null)[],
  { kinds, line }: { readonly kinds: readonly (CellKind | undefined)[]; readonly line: number },
): TableRow {
  return { cells: values.map((value) => value ?? undefined), kinds, line };
}

/** What DuckDB says of a file that it cannot read, in our words. */
function damage(file: string, cause: unknown, line?: number): unknown {
  if (!(cause instanceof Error) || cause instanceof ModelwrightError) return cause;
  const problem = cause.message.split("\n")[0]!;
  if (problem.startsWith("Out of Memory"))
    return new ModelwrightError(
      "DATA_TOO_LARGE",
      {
        file,
        ...(line === undefined ? {} : { line }),
        problem: "its rows take more memory than 1 GiB at a time",
        remedy: "Write it anew with smaller row groups.",
      },
      { cause },
    );
  const where = line === undefined ? "" : ` (row ${line})`;
  return new ModelwrightError("DATA_FILE_DAMAGED", { file, problem: `${problem}${where}` }, { cause });
}
