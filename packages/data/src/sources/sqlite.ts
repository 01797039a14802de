import { access, constants, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import type Libsql from "libsql";
import type { Cell, Table } from "../tables/table.ts";
import { selectionOf } from "./source-address.ts";
import { type SqlSource, sqlTable } from "./sql-table.ts";
import type { TableOptions } from "./table-options.ts";

/** How long a writer is waited for. */
const WAIT_MS = 10_000;
const TABLES =
  "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/**
 * Opens a table or the result of a query of an SQLite file, which is only read.
 *
 * @param place `path?table=name` or `path?query=select …`, relative to `baseDir`.
 * @throws {ModelwrightError} `DATA_SOURCE_NOT_FOUND`, `DATA_SOURCE_NOT_FILE`, `DATA_QUERY_MISSING`,
 *   `DATA_QUERY_FAILED`; here and as rows are read `DATA_FILE_DAMAGED`, `DATA_SOURCE_FAILED`.
 */
export async function openSqlite(place: string, options: TableOptions): Promise<Table> {
  const { address, selection } = selectionOf(place, options.query);
  const path = resolve(options.baseDir, address);
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((cause: unknown) => {
      throw new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source: `sqlite:${address}`, looked: path }, { cause });
    });
  if (!found.isFile())
    throw new ModelwrightError("DATA_SOURCE_NOT_FILE", {
      source: `sqlite:${address}`,
      found: "a folder, a device or a pipe",
    });
  const { default: Database } = await import("libsql");
  const name = options.name ?? basename(path);
  return sqlTable(
    sqliteSource(name, () => readOnly(Database, path)),
    selection,
  );
}

function sqliteSource(name: string, connect: () => Libsql.Database): SqlSource {
  const within = async <T>(use: (database: Libsql.Database) => T): Promise<T> => {
    let database: Libsql.Database | undefined;
    try {
      database = connect();
      return use(database);
    } catch (cause) {
      throw failure(name, cause);
    } finally {
      database?.close();
    }
  };
  return {
    name,
    tables: () =>
      within((database) =>
        database
          .prepare(TABLES)
          .raw()
          .all()
          .map((row) => String((row as unknown[])[0])),
      ),
    columns: (query) =>
      within((database) =>
        database
          .prepare(query)
          .columns()
          .map((column) => column.name),
      ),
    async *rows(query) {
      let database: Libsql.Database | undefined;
      try {
        database = connect();
        for (const row of database.prepare(query).safeIntegers(true).raw().iterate())
          yield (row as unknown[]).map(cellOf);
      } catch (cause) {
        throw failure(name, cause);
      } finally {
        database?.close();
      }
    },
  };
}

/**
 * The driver's own option for it writes all the same. Where a log belongs to the file and its folder cannot be written,
 * SQLite opens the file only as one that nobody changes.
 */
function readOnly(Database: typeof Libsql, path: string): Libsql.Database {
  const open = (mode: string) => {
    const url = pathToFileURL(path);
    url.search = mode;
    const database = new Database(url.href, { timeout: WAIT_MS });
    database.prepare("SELECT 1 FROM sqlite_master").all();
    return database;
  };
  try {
    return open("mode=ro");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CANTOPEN"))) throw error;
    return open("immutable=1");
  }
}

function cellOf(value: unknown): Cell | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number" || typeof value === "bigint") return { text: String(value), kind: "number" };
  if (value instanceof ArrayBuffer) return { text: Buffer.from(value).toString("base64") };
  return { text: Buffer.isBuffer(value) ? value.toString("base64") : String(value) };
}

/** Codes of SQLite: the file is none of its own, or is damaged; the disk or another program is in the way. */
const DAMAGED = /^SQLITE_(?:NOTADB|CORRUPT)/;
const IN_THE_WAY = /^SQLITE_(?:BUSY|LOCKED|IOERR|CANTOPEN|FULL|PROTOCOL|PERM)/;

function failure(name: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof ModelwrightError) return cause;
  const code = "code" in cause ? String(cause.code) : "";
  const problem = cause.message;
  if (DAMAGED.test(code) || /not a database/.test(problem))
    return new ModelwrightError("DATA_FILE_DAMAGED", { file: name, problem }, { cause });
  if (IN_THE_WAY.test(code)) return new ModelwrightError("DATA_SOURCE_FAILED", { source: name, problem }, { cause });
  return new ModelwrightError("DATA_QUERY_FAILED", { source: name, problem }, { cause });
}
