import type { ColumnRules } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { withSchema } from "./with-schema.ts";

/** What a full walk through the rows says: the message, or the warnings. */
async function walk(cells: readonly string[], rules: ColumnRules, onBreach: "refuse" | "warn" = "refuse") {
  const csv = ["c,rest", ...cells.map((cell, i) => `"${cell}",${i}`)].join("\n");
  const table = withSchema(await readCsv(textInMemory("t.csv", csv)), { c: rules }, onBreach);
  let rows = 0;
  try {
    for await (const _ of table.rows) rows++;
  } catch (error) {
    return (error as Error).message;
  }
  expect(rows).toBe(cells.length);
  return [...table.warnings].join("\n");
}

test.each<[string, readonly string[], ColumnRules, string]>([
  ["a type", ["1", "2", "alt"], { type: "number" }, 't.csv:4: column "c": must be a number, got "alt"'],
  ["a date", ["2026-01-31", "2026-02-30"], { type: "date" }, 't.csv:3: column "c": must be a date, got "2026-02-30"'],
  ["a least number", ["1.234,5", "12", "-0,5"], { min: 0 }, 't.csv:4: column "c": must be at least 0, got "-0,5"'],
  ["a greatest number", ["1", "NA", "430"], { max: 120 }, 't.csv:4: column "c": must be at most 120, got "430"'],
  ["numbers where bounds are", ["1", "x"], { max: 120 }, 't.csv:3: column "c": must be at most 120, got "x"'],
  [
    "a last day",
    ["31.01.2026 23:59", "01.02.2026"],
    { max: "2026-01-31" },
    't.csv:3: column "c": must be at most 2026-01-31, got "01.02.2026"',
  ],
  ["values", ["好", "坏", "好"], { values: ["好", "差"] }, 't.csv:3: column "c": must be one of "好", "差", got "坏"'],
  ["numbers as values", ["1", "2", "3"], { values: [1, 2] }, 't.csv:4: column "c": must be one of "1", "2", got "3"'],
  ["once", ["a", "b", "a"], { unique: true }, 't.csv:4: column "c": must be there only once, got "a"'],
  ["a value", ["a", "缺失"], { required: true }, 't.csv:3: column "c": must be there in every row, got nothing'],
  [
    "a form",
    ["AB12", "xAB12"],
    { pattern: "[A-Z]{2}\\d+" },
    't.csv:3: column "c": must be of the form [A-Z]{2}\\d+, got "xAB12"',
  ],
])("%s that is broken is refused by row, column, rule and value", async (_, cells, rules, says) => {
  expect(await walk(cells, rules)).toBe(
    `t.csv: 1 breach of data.schema: ${says}. Correct the values or the rules; data.breaches: warn trains all the same.`,
  );
  expect(await walk(cells, rules, "warn")).toBe(`t.csv: 1 breach of data.schema: ${says}`);
});

test.each<[string, readonly string[], ColumnRules]>([
  [
    "all rules at once",
    ["1", "2", "3"],
    { type: "number", min: 1, max: 3, required: true, unique: true, pattern: "\\d" },
  ],
  [
    "missing values, which only `required` asks about",
    ["", "NA", "5"],
    { type: "number", min: 1, values: [5], unique: true },
  ],
  ["rules that are switched off", ["a", "a", ""], { required: false, unique: false }],
  ["days within bounds", ["2026-01-01", "2026-01-31"], { min: "2026-01-01", max: "2026-01-31" }],
])("%s are kept", async (_, cells, rules) => {
  expect(await walk(cells, rules)).toBe("");
});

test("of many breaches each rule is named first, and all are counted", async () => {
  const cells = [...Array.from({ length: 9 }, () => "x"), "-1"];
  const said = await walk(cells, { type: "number", min: 0 });
  expect(said).toContain("10 breaches of data.schema");
  expect(said).toContain(
    't.csv:2: column "c": must be a number, got "x"; t.csv:11: column "c": must be at least 0, got "-1"',
  );
  expect(said).toContain("; 5 more");
});

test("a column that is not there is refused before any row", async () => {
  const table = await readCsv(textInMemory("t.csv", "a,b\n1,2\n"));
  expect(() => withSchema(table, { c: {} }, "warn")).toThrow(
    't.csv: no column "c", for which data.schema has rules; the table has "a" and "b"',
  );
});

test("a look at the first rows refuses nothing", async () => {
  const table = withSchema(await readCsv(textInMemory("t.csv", "c\nx\n1\n")), { c: { type: "number" } }, "refuse");
  for await (const { cells } of table.rows) {
    expect(cells).toEqual(["x"]);
    break;
  }
});
