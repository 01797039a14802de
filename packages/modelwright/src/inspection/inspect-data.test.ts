import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnWords } from "./column-words.ts";
import { inspectData } from "./inspect-data.ts";
import { previewData } from "./preview-data.ts";

let folder: string;
const ROWS = 120;
const rowsFrom = (from: number, rows = ROWS) =>
  Array.from({ length: rows }, (_, i) => {
    const row = from + i;
    return `${row},"${(row * 37) % 101},5",${row % 3 === 0 ? "好" : "差"},2026-01-${String(1 + (row % 28)).padStart(2, "0")}`;
  });
const csv = (rows: readonly string[]) => ["编号,金额,标签,日期", ...rows].join("\n");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-inspection-"));
  await writeFile(join(folder, "orders.csv"), csv(rowsFrom(0)));
  await writeFile(join(folder, "test.csv"), csv([...rowsFrom(1000, 20), ...rowsFrom(5, 2)]));
  const columns = "{ label: 标签, id: 编号 }";
  await writeFile(
    join(folder, "orders.yaml"),
    `name: orders\ntask: tabular-classification\ndata: { source: orders.csv, test: test.csv, columns: ${columns}, kinds: { 金额: category } }\n`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe("inspectData", () => {
  test("reads a table, and says of each column what it holds", async () => {
    const { profile, label } = await inspectData("orders.csv", { baseDir: folder });
    expect(label).toBeUndefined();
    expect(profile).toMatchObject({ source: "orders.csv", rows: ROWS, duplicates: 0 });
    expect(profile.columns.map((column) => [column.kind, columnWords(column, ROWS)])).toEqual([
      ["number", "0 ⋯ 29.75 | 59.5 | 89.25 ⋯ 119"],
      ["number", expect.stringMatching(/^0\.5 ⋯ [\d.]+ \| [\d.]+ \| [\d.]+ ⋯ 100\.5$/)],
      ["category", "差 66.7 %, 好 33.3 %"],
      ["date", expect.stringMatching(/^2026-01-01 ⋯ .* ⋯ 2026-01-28$/)],
    ]);
  });

  test("takes from a recipe where the rows lie, what is predicted, kinds, and the test file", async () => {
    const { profile, label, other, findings } = await inspectData(join(folder, "orders.yaml"));
    expect(label).toBe("标签");
    expect(profile.columns[1]).toMatchObject({ name: "金额", kind: "category" });
    expect(other).toMatchObject({ is: "test file", profile: { source: "test.csv", rows: 22 } });
    expect(findings[0]).toMatchObject({ severity: "high", check: expect.stringMatching(/repeated-in-test|drift/) });
    const repeated = findings.find(({ check }) => check === "repeated-in-test")!;
    expect(repeated.summary).toBe("2 rows are in test.csv and in orders.csv too (9.1 % of the test rows)");
  });

  test("of a large file all rows are counted, and some are compared", async () => {
    const options = { baseDir: folder, label: "标签" };
    const { sampled, ...large } = await inspectData("orders.csv", { ...options, largeFrom: 1 });
    expect(sampled).toBe(ROWS);
    // The sample is the table here: it says the same.
    expect(large).toEqual(await inspectData("orders.csv", options));
  });

  test.each([
    [
      "a column that is not there",
      "orders.csv",
      { label: "label" },
      /orders\.csv: no column "label"; the file has "编号"/,
    ],
    ["a file that is not there", "order.csv", {}, /nothing found at/],
    ["a recipe that is not there", "none.yaml", {}, /none\.yaml/],
  ])("refuses %s", async (_, source, options, message) => {
    await expect(inspectData(source, { baseDir: folder, ...options })).rejects.toThrow(message);
  });
});

describe("previewData", () => {
  test("shows the first rows, and a sample of the others in their order", async () => {
    const preview = await previewData("orders.csv", { baseDir: folder, rows: 3, seed: 1 });
    expect(preview.first.map(({ where }) => where)).toEqual(["orders.csv:2", "orders.csv:3", "orders.csv:4"]);
    expect(preview.first[0]!.cells).toEqual(["0", "0,5", "好", "2026-01-01"]);
    const lines = preview.drawn.map(({ where }) => Number(where.split(":")[1]));
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
    expect(lines).toHaveLength(3);
    expect(Math.min(...lines)).toBeGreaterThan(4);
    expect(preview.columns.map(({ kind }) => kind)).toEqual(["number", "number", "category", "date"]);
    expect(await previewData("orders.csv", { baseDir: folder, rows: 3, seed: 1 })).toEqual(preview);
  });

  test("draws each of the others equally often", async () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      const { drawn } = await previewData("test.csv", { baseDir: folder, rows: 2, seed });
      for (const { where } of drawn) counts.set(where, (counts.get(where) ?? 0) + 1);
    }
    // 600 draws of 20 rows: 30 each, with a deviation of 5.3.
    expect(counts.size).toBe(20);
    for (const count of counts.values()) expect(Math.abs(count - 30)).toBeLessThan(27);
  });

  test("shows all of a table that is shorter than asked for", async () => {
    const { first, drawn } = await previewData("test.csv", { baseDir: folder, rows: 30 });
    expect([first.length, drawn.length]).toEqual([22, 0]);
  });
});
