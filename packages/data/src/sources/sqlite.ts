import { isUtf8 } from "node:buffer";
import { access, constants, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import type Libsql from "libsql";
import { guessEncoding } from "../tables/encodings.ts";
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
      within((database) => {
        checkNames(name, database);
        return database
          .prepare(TABLES)
          .raw()
          .all()
          .map((row) => String((row as unknown[])[0]));
      }),
    columns: (query) =>
      within((database) => {
        checkNames(name, database);
        return columnsOf(database, query);
      }),
    async *rows(query) {
      let database: Libsql.Database | undefined;
      try {
        database = connect();
        const statement = database.prepare(asBytes(query, columnsOf(database, query).length));
        for (const row of statement.safeIntegers(true).raw().iterate()) yield cellsOf(row as unknown[]);
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

function columnsOf(database: Libsql.Database, query: string): string[] {
  return database
    .prepare(query)
    .columns()
    .map((column) => column.name);
}

/** The driver ends the process at a text that is not UTF-8, which old programs write, so that texts come as bytes. */
function asBytes(query: string, columns: number): string {
  const names = Array.from({ length: columns }, (_, i) => `c${i}`);
  const values = names.map((c) => `typeof(${c}) = 'text', iif(typeof(${c}) = 'text', CAST(${c} AS BLOB), ${c})`);
  return `WITH modelwright(${names.join(", ")}) AS (${query}\n) SELECT ${values.join(", ")} FROM modelwright`;
}

/** @throws {ModelwrightError} `DATA_FILE_DAMAGED` where names of tables and columns are not UTF-8. */
function checkNames(file: string, database: Libsql.Database): void {
  const names = database.prepare("SELECT CAST(sql AS BLOB), CAST(name AS BLOB) FROM sqlite_master").raw().all();
  if ((names as unknown[][]).flat().every((name) => name === null || isUtf8(bytesOf(name)))) return;
  throw new ModelwrightError("DATA_FILE_DAMAGED", { file, problem: "names of its tables or columns are not UTF-8" });
}

/** @param values Of each column whether it is a text, and its value. */
function cellsOf(values: readonly unknown[]): (Cell | undefined)[] {
  return Array.from({ length: values.length / 2 }, (_, i) => cellOf(values[2 * i + 1], Number(values[2 * i]) === 1));
}

function cellOf(value: unknown, isText: boolean): Cell | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number" || typeof value === "bigint") return { text: String(value), kind: "number" };
  const bytes = bytesOf(value);
  if (!isText) return { text: bytes.toString("base64") };
  return { text: isUtf8(bytes) ? bytes.toString("utf8") : new TextDecoder(guessEncoding(bytes).label).decode(bytes) };
}

/** The driver gives an ArrayBuffer or a Buffer. */
function bytesOf(value: unknown): Buffer {
  return value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(value as Uint8Array);
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
