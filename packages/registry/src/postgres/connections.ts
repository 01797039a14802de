import { userInfo } from "node:os";
import { importPeer } from "@modelwright/contracts";
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { Pool, PoolClient } from "pg";
import { passwordFromFile } from "./password-file.ts";
import type { Patience } from "./patience.ts";
import { calling, isLost } from "./postgres-failure.ts";

const AT_ONCE = 4;

const number = (text: string) => {
  const value = Number(text);
  // One beyond 2^53 stays a text, which whoever reads the record refuses; none was ever written.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !text.includes("e") ? text : value;
};

/** By the types' numbers in every PostgreSQL: int8, int2, int4, float4, float8. All others are read as texts. */
const NUMBERS = new Set([20, 21, 23, 700, 701]);

/** Connections to one database, as Kysely takes them; one that was lost is not used again. */
export class Connections implements PostgresPool {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @throws {ModelwrightError} `PEER_MISSING`. */
  static async create(connection: string, patience: Patience): Promise<Connections> {
    const { default: pg } = await importPeer({
      name: "pg",
      load: () => import("pg"),
      purpose: "Registries on PostgreSQL",
    });
    const pool = new pg.Pool({
      connectionString: await withPassword(connection),
      max: AT_ONCE,
      connectionTimeoutMillis: patience.connect,
      // A question that nobody answers for longer than the lock may take has met a network that swallows it.
      query_timeout: patience.lock + patience.reconnect,
      keepAlive: true,
      fallback_application_name: "modelwright",
      types: { getTypeParser: (type: number) => (NUMBERS.has(type) ? number : (text: string) => text) },
    });
    // A connection that ends between two questions tells it here; the next question fails for it.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    return new Connections(pool);
  }

  async connect(): Promise<PostgresPoolClient> {
    // Kysely asks by cursors only where it was given a kind of them.
    return new Connection(await calling(() => this.#pool.connect())) as unknown as PostgresPoolClient;
  }

  /** One question outside of any transaction. */
  async ask<Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = new Connection(await calling(() => this.#pool.connect()));
    try {
      return (await client.query<Row>(sql, parameters)).rows;
    } finally {
      client.release();
    }
  }

  async end(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }
}

/** With the password of a file, where neither the URL nor the environment has one. The driver warns that it will not look. */
async function withPassword(connection: string): Promise<string> {
  const url = new URL(connection);
  if (url.password !== "" || process.env["PGPASSWORD"] !== undefined) return connection;
  const given = (parameter: string, variable: string) => url.searchParams.get(parameter) ?? process.env[variable];
  const password = await passwordFromFile({
    host: decodeURIComponent(url.hostname) || given("host", "PGHOST") || "localhost",
    port: url.port || given("port", "PGPORT") || "5432",
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username) || given("user", "PGUSER") || userInfo().username,
  });
  if (password === undefined || url.hostname === "") return connection;
  url.password = encodeURIComponent(password);
  return String(url);
}

class Connection {
  readonly #client: PoolClient;
  #isLost = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    try {
      const asked = await calling(() => this.#client.query(sql, [...parameters]));
      return asked as unknown as PostgresQueryResult<Row>;
    } catch (error) {
      this.#isLost ||= isLost(error);
      throw error;
    }
  }

  release(): void {
    this.#client.release(this.#isLost);
  }
}
