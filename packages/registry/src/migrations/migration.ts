import type { Kysely } from "kysely";
import type { SqlDialect } from "../records/sql-dialect.ts";
import type { Tables } from "../records/tables.ts";

/** One step of the schema. Never edited once released: a change is a new step. */
export interface Migration {
  /** 1, 2, 3 … without a gap. */
  readonly version: number;
  readonly name: string;
  /** Runs inside the transaction of `migrate`. */
  readonly up: (database: Kysely<Tables>, dialect: SqlDialect) => Promise<void>;
}
