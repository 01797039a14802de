import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTable } from "../sources/open-table.ts";

/** Written by fixtures/arrow/make.py. */
const FIXTURES = fileURLToPath(new URL("../../fixtures/arrow/", import.meta.url));
const FILES = ["uncompressed.feather", "lz4.feather", "zstd.feather", "stream.arrow"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-arrow-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(path: string, baseDir = folder) {
  const table = await openTable(path, { baseDir });
  const rows = [];
  for await (const row of table.rows) rows.push(row);
  return { table, rows };
}

test.each(FILES)("%s: cells are what was written, each type in its text", async (file) => {
  const expected = JSON.parse(await readFile(join(FIXTURES, "cells.json"), "utf8")) as Record<string, unknown[]>;
  const { table, rows } = await read(file, FIXTURES);
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
  expect([...table.warnings]).toEqual([`${file}: the column "bytes" holds bytes, which were read as base64`]);
  for await (const _ of table.rows) break;
});

test("an empty table has columns and no rows", async () => {
  await writeFile(join(folder, "none.arrow"), tableToIPC(tableFromArrays({ a: new Int32Array(0) }), "file"));
  const { table, rows } = await read("none.arrow");
  expect(table.columns).toEqual(["a"]);
  expect(rows).toEqual([]);
});

test.each(FILES)("%s: is damaged where it is cut off, wherever that is", async (file) => {
  const whole = await readFile(join(FIXTURES, file));
  for (const share of [0.05, 0.3, 0.5, 0.8, 0.99]) {
    await writeFile(join(folder, file), whole.subarray(0, whole.length * share));
    await expect(read(file)).rejects.toMatchObject({ code: "DATA_FILE_DAMAGED", details: { file } });
  }
});

test.each([
  ["text.arrow", "text,label\na,b\n", "DATA_FILE_DAMAGED"],
  ["nothing.feather", "", "DATA_EMPTY"],
])("%s is refused", async (file, content, code) => {
  await writeFile(join(folder, file), content);
  await expect(read(file)).rejects.toMatchObject({ code, details: { file } });
});
