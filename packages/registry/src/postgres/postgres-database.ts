import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ModelwrightError } from "@modelwright/contracts";
import { Kysely, sql, type Transaction } from "kysely";
import type { RecordDatabase } from "../records/record-database.ts";
import type { SqlDialect } from "../records/sql-dialect.ts";
import type { Tables } from "../records/tables.ts";
import { Connections } from "./connections.ts";
import { copySchema } from "./copy-schema.ts";
import { PATIENCE, type Patience } from "./patience.ts";
import { RegistryPostgresDialect } from "./postgres-dialect.ts";
import { isLost, isStarting, postgresFailure, wordsOf } from "./postgres-failure.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** PostgreSQL 13 is the first that gives a transaction a number of 64 bits, by which its outcome is found. */
const OLDEST = 130_000;
const GREATEST_PAUSE_MS = 1000;

/** What a server says of itself and of what we may do. */
interface Facts {
  readonly number: number;
  readonly version: string;
  readonly encoding: string;
  /** 1 where nothing can be kept: a standby, a role that only reads, or one that may make no schema. */
  readonly read_only: number;
}

/** Records in a schema of a PostgreSQL database. Writers take turns by an advisory lock; readers never wait. */
export class PostgresDatabase implements RecordDatabase {
  readonly location: string;
  readonly dialect: SqlDialect;
  readonly isReadOnly: boolean;
  /** Of the server: `15.18`. */
  readonly version: string;
  readonly #schema: string;
  readonly #patience: Patience;
  readonly #connections: Connections;
  readonly #kysely: Kysely<Tables>;
  /** The writer of this process before: one at a time, so that readers find a connection. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    { location, schema }: PostgresUrl,
    connections: Connections,
    about: { readonly version: string; readonly isReadOnly: boolean; readonly patience: Patience },
  ) {
    const { version, isReadOnly, patience } = about;
    this.location = location;
    this.dialect = dialectOf(schema);
    this.isReadOnly = isReadOnly;
    this.version = version;
    this.#schema = schema;
    this.#patience = patience;
    this.#connections = connections;
    this.#kysely = new Kysely<Tables>({
      dialect: new RegistryPostgresDialect({
        pool: connections,
        schema,
        patience,
        lock: lockOf(schema),
        wasCommitted: (id, lost) => this.#wasCommitted(id, lost),
      }),
    });
  }

  /**
   * @param options.isReadOnly True opens it for reading only, whatever the role may do.
   * @throws {ModelwrightError} `PEER_MISSING`, `REGISTRY_UNREACHABLE`, `REGISTRY_DATABASE_FAILED` for a server that is too
   *   old or does not keep texts in UTF-8.
   */
  static async open(
    url: PostgresUrl,
    { isReadOnly = false, patience = PATIENCE }: { readonly isReadOnly?: boolean; readonly patience?: Patience } = {},
  ): Promise<PostgresDatabase> {
    const { location, schema } = url;
    const connections = await Connections.create(url.connection, patience);
    try {
      const ask = () => askFacts(connections, schema);
      const [facts] = await attempt(ask, { location, patience, mayRetry: isStarting });
      const problem = unfitness(facts!);
      if (problem !== undefined) throw new ModelwrightError("REGISTRY_DATABASE_FAILED", { location, problem });
      return new PostgresDatabase(url, connections, {
        version: facts!.version,
        isReadOnly: isReadOnly || facts!.read_only === 1,
        patience,
      });
    } catch (error) {
      await connections.end();
      throw error;
    }
  }

  read<T>(query: (database: Kysely<Tables>) => Promise<T>): Promise<T> {
    const reading = this.#kysely.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
    return this.#attempt(() => reading.execute(query), isLost);
  }

  write<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    const written = this.#lastWrite.then(() => this.#writeNow(change));
    this.#lastWrite = written.catch(() => {});
    return written;
  }

  async keepCopy(transaction: Transaction<Tables>, name: string): Promise<string> {
    const copy = `${this.#schema}_${name.replaceAll("-", "_")}`;
    await copySchema(transaction, { from: this.#schema, to: copy });
    return `schema ${copy} of ${this.location}`;
  }

  async close(): Promise<void> {
    await this.#kysely.destroy();
    await this.#connections.end();
  }

  async #writeNow<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    if (this.isReadOnly) throw new ModelwrightError("REGISTRY_READ_ONLY", { location: this.location });
    let started = false;
    const write = () =>
      this.#kysely.transaction().execute((transaction) => {
        started = true;
        return change(transaction);
      });
    return this.#attempt(write, (error) => !started && isLost(error));
  }

  #attempt<T>(action: () => Promise<T>, mayRetry: (error: unknown) => boolean): Promise<T> {
    return attempt(action, { location: this.location, patience: this.#patience, mayRetry });
  }

  /**
   * Asks the server what became of a transaction (https://www.postgresql.org/docs/current/functions-info.html,
   * `pg_xact_status`), until it has ended: its own process may not have noticed that nobody listens.
   */
  async #wasCommitted(id: string, lost: unknown): Promise<boolean> {
    if (!isLost(lost)) return false;
    const { location } = this;
    const unknown = (problem: string) =>
      new ModelwrightError("REGISTRY_OUTCOME_UNKNOWN", { location, problem }, { cause: lost });
    const start = performance.now();
    for (;;) {
      const question = "select pg_xact_status($1::text::xid8) as status";
      const [row] = await this.#attempt(
        () => this.#connections.ask<{ status: string | null }>(question, [id]),
        isLost,
      ).catch((error: Error) => {
        throw unknown(wordsOf(error.cause instanceof Error ? error.cause : error));
      });
      if (row?.status === "committed" || row?.status === "aborted") return row.status === "committed";
      if (row?.status !== "in progress" || performance.now() - start > this.#patience.lock) {
        throw unknown(`transaction ${id} is ${row?.status ?? "forgotten"}`);
      }
      await sleep(50);
    }
  }
}

/** Runs `action` again, with growing random pauses, while the server cannot be reached. */
async function attempt<T>(
  action: () => Promise<T>,
  about: {
    readonly location: string;
    readonly patience: Patience;
    readonly mayRetry: (error: unknown) => boolean;
  },
): Promise<T> {
  const { location, patience, mayRetry } = about;
  const start = performance.now();
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, GREATEST_PAUSE_MS)) {
    try {
      return await action();
    } catch (error) {
      const waitedMs = Math.round(performance.now() - start);
      if (!mayRetry(error) || waitedMs > patience.reconnect) throw postgresFailure(error, { location, waitedMs });
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}

function askFacts(connections: Connections, schema: string): Promise<readonly Facts[]> {
  return connections.ask<Facts>(
    `select current_setting('server_version_num')::int as number,
            split_part(current_setting('server_version'), ' ', 1) as version,
            current_setting('server_encoding') as encoding,
            (pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool or not case
               when to_regclass($2) is not null then has_table_privilege($2, 'insert')
               when to_regnamespace($1) is not null then has_schema_privilege($1, 'create')
               else has_database_privilege(current_database(), 'create') end)::int as read_only`,
    [schema, `${schema}.runs`],
  );
}

function unfitness({ number, version, encoding }: Facts): string | undefined {
  if (number < OLDEST) return `PostgreSQL ${version} is too old; a registry needs 13 or newer`;
  return encoding === "UTF8" ? undefined : `the database keeps texts in ${encoding}; a registry needs UTF8`;
}

function dialectOf(schema: string): SqlDialect {
  return {
    text: sql`text collate "C"`,
    clock: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::double precision`,
    async hasTable(database, name) {
      const query = sql<{ found: string | null }>`select to_regclass(${`${schema}.${name}`})::text as found`;
      return (await query.execute(database)).rows[0]?.found != null;
    },
    async prepare(transaction) {
      const query = sql<{ found: string | null }>`select to_regnamespace(${schema})::text as found`;
      if ((await query.execute(transaction)).rows[0]?.found != null) return;
      await transaction.schema.createSchema(schema).execute();
    },
  };
}

/** A number for the schema among the advisory locks of its database, which other programs may take too. */
function lockOf(schema: string): bigint {
  return createHash("sha256").update(`modelwright registry ${schema}`).digest().readBigInt64BE();
}
