import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDb, quotedText } from "../duckdb/open-duckdb.ts";
import { openTable } from "../sources/open-table.ts";

/** Written by fixtures/parquet/make.py. */
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/parquet/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-parquet-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(path: string) {
  const table = await openTable(path, { baseDir: folder });
  const rows = [];
  for await (const row of table.rows) rows.push(row);
  return { table, rows };
}

test("cells are what was written, each type in its text", async () => {
  const expected = JSON.parse(await readFile(fixture("types.json"), "utf8")) as Record<string, (string | null)[]>;
  const { table, rows } = await read(fixture("types.parquet"));
  const found = Object.fromEntries(
    table.columns.map((column, at) => [column, rows.map(({ cells }) => cells[at] ?? null)]),
  );
  expect(found).toEqual(expected);
  expect(rows.map(({ line }) => line)).toEqual([1, 2]);
  const kinds = Object.fromEntries(table.columns.map((column, at) => [column, rows[0]!.kinds![at]]));
  expect(kinds).toMatchObject({
    uint64: "number",
    decimal: "number",
    boolean: "boolean",
    list: "list",
    object: "object",
  });
  expect([kinds["text"], kinds["date"], kinds["zoned"], kinds["category"]]).toEqual(Array(4).fill(undefined));
  expect([...table.warnings]).toEqual(['types.parquet: the column "bytes" holds bytes, which were read as base64']);
});

test("tokens and their tags become texts with spans", async () => {
  const { table, rows } = await read(fixture("tokens.parquet"));
  expect(table.columns).toEqual(["text", "spans"]);
  expect(rows[0]!.cells).toEqual(["Anna sleeps", '[{"start":0,"end":4,"label":"PER"}]']);
});

test("rows come in their order, more than once, and reading can stop", async () => {
  const path = join(folder, "it's 100,000 rows.parquet");
  const database = await openDuckDb({ purpose: "Parquet files", files: [path] });
  const query = "SELECT range AS n, 'row ' || range AS text FROM range(100000)";
  await database.run(`COPY (${query}) TO ${quotedText(path)} (FORMAT parquet, ROW_GROUP_SIZE 10000)`);
  await database.close();
  const { table, rows } = await read(path);
  expect(rows).toHaveLength(100_000);
  expect(rows.every(({ cells, line }, i) => cells[0] === `${i}` && cells[1] === `row ${i}` && line === i + 1)).toBe(
    true,
  );
  for await (const { cells } of table.rows) {
    expect(cells[0]).toBe("0");
    break;
  }
});

test.each([
  ["text", async (path: string) => writeFile(path, "a,b\n1,2\n")],
  ["nothing", async (path: string) => writeFile(path, "")],
  [
    "half of it",
    async (path: string) => {
      const whole = await readFile(fixture("types.parquet"));
      await writeFile(path, whole.subarray(0, whole.length / 2));
    },
  ],
  [
    "other bytes within",
    async (path: string) => {
      await copyFile(fixture("types.parquet"), path);
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0xff, 4, 200));
    },
  ],
])("a file that holds %s is damaged", async (what, write) => {
  const path = join(folder, `${what}.parquet`);
  await write(path);
  await expect(read(path)).rejects.toMatchObject({ code: "DATA_FILE_DAMAGED", details: { file: `${what}.parquet` } });
});
