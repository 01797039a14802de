import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTable } from "./open-table.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-sqlite-"));
  const shop = new Libsql(join(folder, "shop.db"));
  shop.exec(`
    CREATE TABLE tickets (id INTEGER, text TEXT, price REAL, "odd ""name" BLOB);
    INSERT INTO tickets VALUES (9007199254740993, 'naïve 你好', 1.5, x'0061'), (2, NULL, -0.1, NULL);
    CREATE VIEW cheap AS SELECT id FROM tickets WHERE price < 0;
  `);
  shop.close();
  const large = new Libsql(join(folder, "large.db"));
  large.exec(
    "CREATE TABLE n AS WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 9999) SELECT i FROM c",
  );
  large.close();
  await writeFile(join(folder, "text.db"), "this is no database, but a text that is long enough to be one".repeat(20));
  await writeFile(join(folder, "empty.db"), "");
});
afterAll(() => rm(folder, { recursive: true }));

async function read(source: string, query?: string) {
  const table = await openTable(source, { baseDir: folder, query });
  const rows = [];
  for await (const row of table.rows) rows.push(row);
  return { table, rows };
}

test("a table is read with its types and its names", async () => {
  const { table, rows } = await read("sqlite:shop.db?table=tickets");
  expect(table).toMatchObject({ name: "shop.db", columns: ["id", "text", "price", 'odd "name'] });
  expect(rows).toEqual([
    {
      cells: ["9007199254740993", "naïve 你好", "1.5", "AGE="],
      kinds: ["number", undefined, "number", undefined],
      line: 1,
    },
    { cells: ["2", undefined, "-0.1", undefined], kinds: ["number", undefined, "number", undefined], line: 2 },
  ]);
});

test("a query is read, beside the source or in it", async () => {
  const { rows, table } = await read("sqlite:shop.db", "select count(*) as n, max(price) as n from tickets;");
  expect(rows[0]!.cells).toEqual(["2", "1.5"]);
  expect(table.columns).toEqual(["n", "n_2"]);
  expect((await read("sqlite:shop.db?query=select id from cheap where id % 2 = 0")).rows[0]!.cells).toEqual(["2"]);
});

test("texts that are not UTF-8, as old programs write them, are read and end nothing", async () => {
  const old = new Libsql(join(folder, "old.db"));
  old.exec("CREATE TABLE t AS SELECT CAST(x'636166e920e0206c61206d6f6465' AS TEXT) AS text, '' AS empty");
  old.close();
  expect((await read("sqlite:old.db")).rows[0]!.cells).toEqual(["café à la mode", ""]);
});

test("the only table needs no name; reading can stop and begin again", async () => {
  const { table, rows } = await read("sqlite:large.db");
  expect(rows.map(({ cells }) => Number(cells[0]))).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  for await (const { cells } of table.rows) {
    expect(cells).toEqual(["0"]);
    break;
  }
});

test.each([
  ["sqlite:shop.db", "DATA_QUERY_MISSING", 'the database has "tickets" and "cheap"'],
  ["sqlite:empty.db", "DATA_QUERY_MISSING", "the database has none"],
  ["sqlite:shop.db?table=gone", "DATA_QUERY_FAILED", "no such table: gone"],
  ["sqlite:shop.db?query=selec 1", "DATA_QUERY_FAILED", "syntax error"],
  ["sqlite:shop.db?query=drop table tickets", "DATA_QUERY_FAILED", "gives no rows"],
  ["sqlite:shop.db?query=delete from tickets returning id", "DATA_QUERY_FAILED", "syntax error"],
  ["sqlite:text.db?table=a", "DATA_FILE_DAMAGED", "not a database"],
  ["sqlite:gone.db?table=a", "DATA_SOURCE_NOT_FOUND", "gone.db"],
  ["sqlite:.?table=a", "DATA_SOURCE_NOT_FILE", "a folder"],
])("%s is answered with %s", async (source, code, message) => {
  await expect(read(source)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  expect((await read("sqlite:shop.db?table=tickets")).rows).toHaveLength(2);
});
