import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openTable } from "./open-table.ts";

const ROWS = 5000;
let database: PGlite;
let server: PGLiteSocketServer;
let address: string;
beforeAll(async () => {
  database = await PGlite.create();
  await database.exec(`
    CREATE TABLE tickets (id int8, text text, price numeric(9,2), ok boolean, at timestamptz, day date, meta jsonb, raw bytea);
    INSERT INTO tickets VALUES
      (9007199254740993, 'naïve 你好', 1.10, true, '2024-07-01 12:00:00.5+02', '1969-12-31', '{"a": [1]}', '\\x0061'),
      (2, NULL, NULL, false, NULL, NULL, '[1]', NULL);
    CREATE SCHEMA sales;
    CREATE TABLE sales.numbers AS SELECT i FROM generate_series(1, ${ROWS}) i;
  `);
  server = new PGLiteSocketServer({ db: database, port: 0, host: "127.0.0.1" });
  await server.start();
  const [host] = server.getServerConn().split("\n");
  address = `postgres://postgres:\${PG_TEST_PASSWORD}@${host}/postgres?sslmode=disable`;
  vi.stubEnv("PG_TEST_PASSWORD", "secret");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await database.close();
});

async function read(source: string, query?: string) {
  const table = await openTable(source, { baseDir: ".", query });
  const rows = [];
  for await (const row of table.rows) rows.push(row);
  return { table, rows };
}

test("a table is read with its types, and called without the password", async () => {
  const { table, rows } = await read(`${address}&table=tickets`);
  expect(table.name).toMatch(/^postgres:\/\/127\.0\.0\.1:\d+\/postgres$/);
  expect(table.columns).toEqual(["id", "text", "price", "ok", "at", "day", "meta", "raw"]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ["9007199254740993", "naïve 你好", "1.10", "true", "2024-07-01T10:00:00.5Z", "1969-12-31", '{"a": [1]}', "AGE="],
    ["2", undefined, undefined, "false", undefined, undefined, "[1]", undefined],
  ]);
  const kinds = ["number", undefined, "number", "boolean", undefined, undefined, "object", undefined];
  expect(rows[0]!.kinds).toEqual(kinds);
  expect(rows[1]!.kinds![6]).toBe("list");
});

test("a query is read some thousand rows at a time, may be stopped, and read again", async () => {
  const { table, rows } = await read(address, "select i, i * 2 as i from sales.numbers order by 1");
  expect(rows.map(({ cells }) => cells[1])).toEqual(Array.from({ length: ROWS }, (_, i) => `${2 * (i + 1)}`));
  expect(table.columns).toEqual(["i", "i_2"]);
  for await (const { cells } of table.rows) {
    expect(cells[0]).toBe("1");
    break;
  }
  expect((await read(`${address}&table=sales.numbers`)).rows).toHaveLength(ROWS);
});

test.each([
  [undefined, "DATA_QUERY_MISSING", 'the database has "sales.numbers" and "tickets"'],
  ["select * from gone", "DATA_QUERY_FAILED", 'relation "gone" does not exist'],
  ["selec 1", "DATA_QUERY_FAILED", "syntax error"],
  ["select 1; commit; drop table tickets", "DATA_QUERY_FAILED", "multiple commands"],
  ["select 1 / (i - 3000) from sales.numbers", "DATA_QUERY_FAILED", "division by zero"],
  ["select setval('s', 1)", "DATA_QUERY_FAILED", "s"],
])("the query %s is answered with %s", async (query, code, message) => {
  const reading = read(address, query);
  await expect(reading).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  await expect(reading).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
});

/** What stands between us and the database, and can be pulled. */
async function wire(): Promise<{ readonly server: Server; readonly cut: () => unknown; readonly url: string }> {
  const sockets: Socket[] = [];
  const { port } = new URL(address.replace(/\$\{.*\}/, "x"));
  const { connect } = await import("node:net");
  const proxy = createServer((client) => {
    const upstream = connect(Number(port), "127.0.0.1");
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on("error", () => {});
    client.pipe(upstream).pipe(client);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const url = address.replace(`:${port}/`, `:${(proxy.address() as AddressInfo).port}/`);
  return { server: proxy, cut: () => sockets.map((socket) => socket.destroy()), url };
}

test("a database that goes away is told with the row", async () => {
  const { server: proxy, cut, url } = await wire();
  const table = await openTable(`${url}&table=sales.numbers`, { baseDir: "." });
  const reading = (async () => {
    for await (const { line } of table.rows) if (line === 1) cut();
  })();
  await expect(reading).rejects.toMatchObject({ code: "DATA_SOURCE_FAILED", details: { row: 2000 } });
  proxy.close();
  cut();
  await expect(read(`${url}&table=sales.numbers`)).rejects.toMatchObject({
    code: "DATA_SOURCE_FAILED",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});
