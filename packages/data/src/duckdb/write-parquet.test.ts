import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readParquet } from "../tables/parquet.ts";
import { openDuckDb, quotedText } from "./open-duckdb.ts";
import { parquetShape, writeParquet } from "./write-parquet.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-write-parquet-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const VALUES = `SELECT i AS whole, i / 3 AS exact, (i / 7)::FLOAT AS single, (i * 1.01)::DECIMAL(9, 2) AS money,
  i % 2 = 0 AS even, DATE '2024-02-28' + i::INTEGER AS day, TIMESTAMP '2024-02-28 23:59:59.123456' + INTERVAL (i) HOUR AS moment,
  TIMESTAMPTZ '2024-02-28 23:59:59.5+02' AS zoned, TIME '12:34:56' AS clock, 'Zeile ' || i || e' "x",\\n中文' AS words,
  [i, i + 1] AS list, {'a': i, 'b': 'x,' || i} AS record, MAP {'k': i} AS pairs, ('b' || i)::BLOB AS raw,
  CASE WHEN i % 3 = 0 THEN NULL ELSE '' END AS gaps, 170141183460469231731687303715884105727::HUGEINT AS huge,
  uuid_from AS id
  FROM (SELECT i, '6f9619ff-8b86-d011-b42d-00c04fc964ff'::UUID AS uuid_from FROM range(5000) t(i))`;

test("what a Parquet file holds is written again as it was, of the same types and in the same order", async () => {
  const [original, rows, copy] = ["original.parquet", "rows.jsonl", "copy.parquet"].map((name) => join(folder, name));
  const database = await openDuckDb({ purpose: "a test", folders: [folder] });
  await database.run(`COPY (${VALUES}) TO ${quotedText(original!)} (FORMAT parquet)`);
  const table = await readParquet(original!, { name: "original" });
  const lines: string[] = [];
  for await (const { cells } of table.rows)
    lines.push(JSON.stringify(Object.fromEntries(cells.map((cell, place) => [place, cell]))));
  await writeFile(rows!, lines.join("\n"));
  const { columns, rows: count } = await parquetShape(original!);
  expect(count).toBe(5000);
  await writeParquet({ rows: rows!, columns, to: copy! });
  expect((await parquetShape(copy!)).columns).toEqual(columns);
  const numbered = (file: string) =>
    `SELECT *, row_number() OVER () AS place FROM read_parquet(${quotedText(file)}, file_row_number = true)`;
  for (const [one, other] of [
    [original, copy],
    [copy, original],
  ]) {
    for await (const [row] of database.rows(`SELECT count(*) FROM (${numbered(one!)} EXCEPT ALL ${numbered(other!)})`))
      expect(Number(row![0])).toBe(0);
  }
  await database.close();
  expect((await readdir(folder)).sort()).toEqual(["copy.parquet", "original.parquet", "rows.jsonl"]);
});

test("a failure leaves what was there", async () => {
  const rows = join(folder, "bad.jsonl");
  const to = join(folder, "kept.parquet");
  await writeFile(rows, '{"0":"seven"}\n');
  await writeFile(to, "as it was");
  await expect(writeParquet({ rows, columns: [{ name: "n", type: "BIGINT" }], to })).rejects.toThrow("seven");
  expect((await readdir(folder)).filter((name) => name.includes("unfinished"))).toEqual([]);
});
