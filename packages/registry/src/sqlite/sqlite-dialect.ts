import { type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver, type TransactionSettings } from "kysely";
import type Libsql from "libsql";

/**
 * Kysely's SQLite dialect with transactions that take the write lock at their start.
 *
 * A plain BEGIN takes it at the first write, where SQLite refuses at once, without waiting, if another process wrote
 * in between (https://www.sqlite.org/lang_transaction.html); BEGIN IMMEDIATE can only fail before anything was done.
 * A transaction that only reads takes none: it sees one state, and waits for nobody.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: Libsql.Database;

  constructor(database: Libsql.Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#database);
  }
}

/**
 * Begins and ends transactions with `exec`, which leaves no statement behind.
 *
 * A prepared BEGIN that met a lock would stay in progress until it is collected, and every later COMMIT of the
 * connection would fail with "SQL statements in progress".
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: Libsql.Database;

  constructor(database: Libsql.Database) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(_connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    this.#database.exec(settings?.accessMode === "read only" ? "begin" : "begin immediate");
  }

  override async commitTransaction(): Promise<void> {
    this.#database.exec("commit");
  }

  /** After some errors, a full disk among them, SQLite has rolled back by itself (https://www.sqlite.org/lang_transaction.html). */
  override async rollbackTransaction(): Promise<void> {
    if (this.#database.inTransaction) this.#database.exec("rollback");
  }
}
