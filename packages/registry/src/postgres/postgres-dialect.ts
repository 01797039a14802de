import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  PostgresDriver,
  type PostgresPool,
  type TransactionSettings,
} from "kysely";
import type { Patience } from "./patience.ts";

export interface RegistryDialectConfig {
  readonly pool: PostgresPool;
  readonly schema: string;
  readonly patience: Patience;
  /** Key of the lock that writers take. */
  readonly lock: bigint;
  /**
   * Whether a transaction was committed, whose connection was lost at its commit.
   * @throws Where nobody knows.
   */
  readonly wasCommitted: (transactionId: string, lost: unknown) => Promise<boolean>;
}

/** Kysely's PostgreSQL dialect, with the transactions of a registry. */
export class RegistryPostgresDialect extends PostgresDialect {
  readonly #config: RegistryDialectConfig;

  constructor(config: RegistryDialectConfig) {
    super({ pool: config.pool });
    this.#config = config;
  }

  override createDriver(): Driver {
    return new RegistryPostgresDriver(this.#config);
  }
}

/**
 * Begins transactions that see one state, and others that are alone among writers; ends them for certain.
 *
 * Everything is set for the transaction alone, so that connections may come from a pooler such as PgBouncer.
 */
class RegistryPostgresDriver extends PostgresDriver {
  readonly #config: RegistryDialectConfig;
  readonly #ids = new WeakMap<DatabaseConnection, string>();

  constructor(config: RegistryDialectConfig) {
    super({ pool: config.pool });
    this.#config = config;
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const { schema, lock, patience } = this.#config;
    const path = `set local search_path to "${schema}"`;
    if (settings.accessMode === "read only") {
      await run(connection, `begin isolation level repeatable read read only; ${path}`);
      return;
    }
    try {
      // Read committed: what other writers did while this one waited for the lock is seen.
      await run(
        connection,
        `begin isolation level read committed read write; ${path}; set local lock_timeout to ${patience.lock};
         set local idle_in_transaction_session_timeout to ${patience.silence}`,
      );
      const [row] = await run(connection, `select pg_advisory_xact_lock(${lock}), pg_current_xact_id()::text as id`);
      this.#ids.set(connection, (row as { readonly id: string }).id);
    } catch (error) {
      await this.rollbackTransaction(connection);
      throw error;
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const id = this.#ids.get(connection);
    this.#ids.delete(connection);
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      if (id === undefined || !(await this.#config.wasCommitted(id, error))) throw error;
    }
  }

  /** Without a connection there is nothing to roll back: the server has done it. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#ids.delete(connection);
    await super.rollbackTransaction(connection).catch(() => {});
  }
}

async function run(connection: DatabaseConnection, sql: string): Promise<readonly unknown[]> {
  return (await connection.executeQuery(CompiledQuery.raw(sql))).rows;
}
