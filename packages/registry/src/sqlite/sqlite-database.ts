import { constants, existsSync } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { Kysely, sql, type Transaction } from "kysely";
import Libsql from "libsql";
import { syncDirectory, syncFile } from "../files/sync.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { SqlDialect } from "../records/sql-dialect.ts";
import type { Tables } from "../records/tables.ts";
import { ImmediateSqliteDialect } from "./sqlite-dialect.ts";

/** SQLite compares texts byte by byte unless told otherwise. */
const SQLITE: SqlDialect = {
  clock: sql<number>`(julianday('now') - 2440587.5) * 86400000.0`,
  text: "text",
  async hasTable(database, name) {
    const query = sql`select name from sqlite_master where type = 'table' and name = ${name}`;
    return (await query.execute(database)).rows.length > 0;
  },
  async prepare() {},
};

/** SQLite itself would wait on the main thread and stop everything else there, so we wait, asynchronously. */
const BLOCKING_WAIT_MS = 0;
const GREATEST_WAIT_MS = 60_000;
const GREATEST_PAUSE_MS = 20;

/** Records in one SQLite file, in WAL mode: readers never wait for the writer. */
export class SqliteDatabase implements RecordDatabase {
  readonly location: string;
  readonly dialect = SQLITE;
  readonly #connection: Libsql.Database;
  readonly #kysely: Kysely<Tables>;

  readonly isReadOnly: boolean;

  private constructor(location: string, connection: Libsql.Database, isReadOnly: boolean) {
    this.location = location;
    this.isReadOnly = isReadOnly;
    this.#connection = connection;
    this.#kysely = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect(connection) });
  }

  /**
   * Opens or makes the file; one that cannot be written, for reading only.
   * @throws {ModelwrightError} `REGISTRY_DATABASE_FAILED` when it is no SQLite database, or is missing and cannot be made.
   */
  static async open(file: string): Promise<SqliteDatabase> {
    const isReadOnly = await mustBeReadOnly(file);
    const connection = await retryWhileLocked(file, async () => (isReadOnly ? connectReadOnly(file) : connect(file)));
    return new SqliteDatabase(file, connection, isReadOnly);
  }

  read<T>(query: (database: Kysely<Tables>) => Promise<T>): Promise<T> {
    const reading = this.#kysely.transaction().setAccessMode("read only");
    return retryWhileLocked(this.location, () => reading.execute(query));
  }

  async write<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    if (this.isReadOnly) throw new ModelwrightError("REGISTRY_READ_ONLY", { location: this.location });
    let started = false;
    return retryWhileLocked(
      this.location,
      () =>
        this.#kysely.transaction().execute((transaction) => {
          started = true;
          return change(transaction);
        }),
      () => !started,
    );
  }

  /** A second connection reads what is committed while the transaction keeps all writers away. */
  async keepCopy(_transaction: Transaction<Tables>, name: string): Promise<string> {
    const target = `${this.location}.${name}`;
    const unfinished = `${target}.unfinished`;
    await rm(unfinished, { force: true });
    const connection = new Libsql(this.location, { timeout: BLOCKING_WAIT_MS });
    try {
      connection.prepare("VACUUM INTO ?").run(unfinished);
    } finally {
      connection.close();
    }
    await syncFile(unfinished);
    await rename(unfinished, target);
    await syncDirectory(dirname(target));
    return target;
  }

  /** The log is merged into the file when nobody else uses it, so that the file alone is a whole copy. */
  async close(): Promise<void> {
    if (!this.#connection.open) return;
    try {
      if (!this.isReadOnly) this.#connection.pragma("wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // A disk that is full or was made read-only meanwhile: nothing is lost, the log is merged another time.
      if (sqliteCode(error) === undefined) throw error;
    } finally {
      await this.#kysely.destroy();
      // Kysely closes only a connection that it has used.
      if (this.#connection.open) this.#connection.close();
    }
  }
}

/** Whether a file is there, but cannot be written, or not in its folder, where SQLite keeps its log. */
async function mustBeReadOnly(file: string): Promise<boolean> {
  const mayWrite = (path: string) =>
    access(path, constants.W_OK).then(
      () => true,
      () => false,
    );
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  return isThere && !((await mayWrite(file)) && (await mayWrite(dirname(file))));
}

/**
 * Opens a file whose folder cannot be written.
 *
 * A file in WAL mode needs two others beside it, which SQLite makes; where they are missing and cannot be made, it has to be told that nobody
 * changes the file (https://www.sqlite.org/uri.html, immutable).
 */
function connectReadOnly(file: string): Libsql.Database {
  const url = pathToFileURL(file);
  url.search = existsSync(`${file}-wal`) && existsSync(`${file}-shm`) ? "mode=ro" : "immutable=1";
  try {
    return new Libsql(url.href, { timeout: BLOCKING_WAIT_MS });
  } catch (error) {
    throw databaseFailed(file, error);
  }
}

function connect(file: string): Libsql.Database {
  let connection: Libsql.Database;
  try {
    connection = new Libsql(file, { timeout: BLOCKING_WAIT_MS });
  } catch (error) {
    // The driver gives no SQLITE_ code here.
    throw databaseFailed(file, error);
  }
  try {
    connection.pragma("journal_mode = WAL");
    // FULL syncs every commit, so what was acknowledged survives a power cut (https://www.sqlite.org/pragma.html).
    connection.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Runs `action` again, with growing random pauses, while another process holds the lock. */
async function retryWhileLocked<T>(file: string, action: () => Promise<T>, mayRetry = () => true): Promise<T> {
  const start = performance.now();
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, GREATEST_PAUSE_MS)) {
    try {
      return await action();
    } catch (error) {
      const code = sqliteCode(error);
      // A broken constraint is a mistake of ours, not a state of the database: it keeps its own words.
      if (code === undefined || code.startsWith("SQLITE_CONSTRAINT")) throw error;
      if (!/^SQLITE_(BUSY|LOCKED)/.test(code)) throw databaseFailed(file, error);
      const waitedMs = Math.round(performance.now() - start);
      if (!mayRetry() || waitedMs > GREATEST_WAIT_MS) {
        throw new ModelwrightError("REGISTRY_BUSY", { location: file, waitedMs }, { cause: error });
      }
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}

function databaseFailed(file: string, cause: unknown): ModelwrightError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new ModelwrightError("REGISTRY_DATABASE_FAILED", { location: file, problem }, { cause });
}

function sqliteCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : undefined;
}
