import type { Kysely, Transaction } from "kysely";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Tables } from "./tables.ts";

/** A database that holds the records; one implementation for each kind of database. */
export interface RecordDatabase {
  /** Names the database in errors, without a password. */
  readonly location: string;
  readonly dialect: SqlDialect;
  /** True where nothing can be kept: `write` throws `REGISTRY_READ_ONLY`. */
  readonly isReadOnly: boolean;
  /** Runs queries that change nothing, all on one state of the database. `query` may run again, from its beginning. */
  read<T>(query: (database: Kysely<Tables>) => Promise<T>): Promise<T>;
  /**
   * Runs one transaction that is alone among all writers of all processes from its first line to its commit.
   *
   * `change` runs once; what it throws rolls the transaction back. After the call returns the change is durable; when it
   * throws, nothing was changed, unless it throws `REGISTRY_OUTCOME_UNKNOWN`.
   */
  write<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  /**
   * Keeps a copy of all records as they were when the transaction began. An older copy of the same name is replaced.
   * @param transaction One of `write` that has changed nothing yet.
   * @param name Letters, digits and hyphens.
   * @returns Where the copy lies, for people.
   */
  keepCopy(transaction: Transaction<Tables>, name: string): Promise<string>;
  close(): Promise<void>;
}
