import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DuckDb, type DuckDbOptions, openDuckDb, quotedName } from "./open-duckdb.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-duckdb-test-"));
  await writeFile(join(folder, "mine.csv"), "a\n1\n");
  await writeFile(join(folder, "other.csv"), "a\n1\n");
});
afterAll(() => rm(folder, { recursive: true }));

async function within<T>(use: (database: DuckDb) => Promise<T>, options: Partial<DuckDbOptions> = {}): Promise<T> {
  const database = await openDuckDb({ purpose: "this test", ...options });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

async function rowsOf(batches: AsyncIterable<readonly (readonly unknown[])[]>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

test("parameters are bound, whatever is in them", async () => {
  const values = ["'; DROP TABLE t; --", 1.5, 2n ** 62n, true, null] as const;
  expect(await within(({ rows }) => rowsOf(rows("SELECT $1, $2, $3, $4, $5", values)))).toEqual([[...values]]);
});

test("says the columns of a query without running it", async () => {
  const sql = `SELECT 1.10 AS ${quotedName('a "b"')}, ['x'] AS l FROM range(100000000000)`;
  expect(await within(({ columns }) => columns(sql))).toEqual([
    { name: 'a "b"', type: "DECIMAL(3,2)" },
    { name: "l", type: "VARCHAR[]" },
  ]);
});

test("rows come as they are computed", async () => {
  await within(async ({ rows }) => {
    for await (const batch of rows("SELECT range FROM range(100000000000)")) {
      expect(batch[0]).toEqual([0n]);
      break;
    }
  });
});

test("reaches the files that it was given, no others, and no extension", async () => {
  const files = [join(folder, "mine.csv")];
  await within(
    async (database) => {
      expect(await rowsOf(database.rows("SELECT a FROM read_csv($1)", files))).toEqual([[1n]]);
      for (const sql of [
        `SELECT * FROM read_csv('${join(folder, "other.csv")}')`,
        `SELECT * FROM read_csv('${folder}/*.csv')`,
        "SELECT * FROM read_csv('https://example.org/a.csv')",
        "INSTALL httpfs",
        "SET memory_limit = '100GB'",
        `ATTACH '${join(folder, "new.duckdb")}'`,
        `COPY (SELECT 1) TO '${join(folder, "new.csv")}'`,
      ])
        await expect(database.run(sql)).rejects.toThrow(/Permission Error|configuration has been locked/);
    },
    { files },
  );
  expect((await readdir(folder)).sort()).toEqual(["mine.csv", "other.csv"]);
});

test("what needs more memory than it may take fails, and leaves nothing behind", async () => {
  const temporaryFolder = join(folder, "spill");
  const query = "SELECT list(range) FROM range(50000000)";
  await within(({ rows }) => expect(rowsOf(rows(query))).rejects.toThrow("Out of Memory"), {
    memoryLimit: 2 ** 26,
    temporaryFolder,
  });
  expect(await readdir(temporaryFolder).catch(() => [])).toEqual([]);
});
