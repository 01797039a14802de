import type { Kysely, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** A database that holds the records; one implementation for each kind of database. */
export interface RecordDatabase {
  /** Names the database in errors. */
  readonly location: string;
  /** True where nothing can be kept: `write` throws `REGISTRY_READ_ONLY`. */
  readonly isReadOnly: boolean;
  /** Runs queries that change nothing. */
  read<T>(query: (database: Kysely<Tables>) => Promise<T>): Promise<T>;
  /**
   * Runs one transaction that is alone among all writers of all processes from its first line to its commit.
   *
   * `change` runs once; what it throws rolls the transaction back. After the call returns the change is durable.
   */
  write<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
