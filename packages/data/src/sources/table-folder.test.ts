import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTable } from "./open-table.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-tables-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function read(source: string) {
  const table = await openTable(source, { baseDir: folder });
  const rows: unknown[] = [];
  for await (const { cells, kinds, file, line } of table.rows)
    rows.push([...cells, ...(kinds === undefined ? [] : [kinds.map((kind) => kind ?? "text")]), `${file}:${line}`]);
  return { name: table.name, columns: table.columns, rows, warnings: [...table.warnings] };
}

const PARTS = {
  "data/a.csv": "text,n\none,1\n",
  "data/b.json": '[{"n":2,"text":"two"}]',
  "data/deep/c.csv.gz": gzipSync("n;text\n3;three\n"),
};
const ROWS = [
  ["one", "1", "a.csv:2"],
  ["two", "2", ["text", "number"], "b.json:1"],
  ["three", "3", `${join("deep", "c.csv.gz")}:2`],
];

test("the tables of a folder are one: columns by name, rows with their file", async () => {
  await write({ ...PARTS, "data/readme.md": "x", "data/.hidden.csv": "other\n1\n" });
  expect(await read("data")).toEqual({
    name: "data",
    columns: ["text", "n"],
    rows: ROWS,
    warnings: ["data: 1 file that is no table passed over: readme.md"],
  });
});

test.each([
  ["data/*.csv", [0]],
  ["data/?.*", [0, 1]],
  ["data/**/*.csv*", [0, 2]],
  ["d*/deep/*", [2]],
])("%s names the files that it fits", async (pattern, expected) => {
  await write(PARTS);
  const { rows } = await read(pattern);
  const texts = ["one", "two", "three"];
  expect(rows.map((row) => texts.findIndex((text) => (row as unknown[]).includes(text)))).toEqual(expected);
});

test("a file whose name is a pattern is that file", async () => {
  await write({ "what*.csv": "a\n1\n", "whatever.csv": "a\n2\n" });
  expect((await read("what*.csv")).rows).toEqual([["1", "undefined:2"]]);
});

test("other columns are refused, with both files", async () => {
  await write({ "a.csv": "text,n\none,1\n", "b.csv": "text,m\ntwo,2\n" });
  await expect(read("*.csv")).rejects.toMatchObject({
    code: "DATA_COLUMNS_DIFFER",
    message: expect.stringContaining('b.csv: other columns than a.csv has: no "n", and "m" beside'),
  });
});

test("what is wrong in one of the files names it", async () => {
  await write({ "a.csv": "text,n\none,1\n", "b.csv": "text,n\ntwo\n", "c.csv": "" });
  await expect(read("[ab].csv")).rejects.toMatchObject({ code: "DATA_SOURCE_NOT_FOUND" });
  await expect(read("?.csv")).rejects.toMatchObject({ code: "DATA_EMPTY", details: { file: "c.csv" } });
  await rm(join(folder, "c.csv"));
  await expect(read("?.csv")).rejects.toMatchObject({
    code: "DATA_ROW_MALFORMED",
    details: { file: "b.csv", line: 2 },
  });
});

test.each(["*.parquet", "gone/*.csv"])("%s, which fits nothing, is not found", async (pattern) => {
  await write(PARTS);
  await expect(read(pattern)).rejects.toMatchObject({ code: "DATA_SOURCE_NOT_FOUND" });
});
