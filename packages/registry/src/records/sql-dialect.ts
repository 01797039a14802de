import type { Kysely, RawBuilder, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** Where kinds of SQL differ for the same tables. */
export interface SqlDialect {
  /** The type of a text column. Texts are ordered by code units, whatever the language of the database. */
  readonly text: "text" | RawBuilder<unknown>;
  /** The database's own clock: milliseconds since 1970. */
  readonly clock: RawBuilder<number>;
  hasTable(database: Kysely<Tables>, name: keyof Tables): Promise<boolean>;
  /** Makes what the tables lie in, before the first of them. */
  prepare(transaction: Transaction<Tables>): Promise<void>;
}
