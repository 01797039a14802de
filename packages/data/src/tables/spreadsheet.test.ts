import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BookType, utils, type WorkSheet, write } from "@e965/xlsx";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTable } from "../sources/open-table.ts";

/** Written by fixtures/spreadsheets/make.py. */
const FIXTURES = fileURLToPath(new URL("../../fixtures/spreadsheets/", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-spreadsheet-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(source: string, baseDir = folder) {
  const table = await openTable(source, { baseDir });
  const rows = [];
  for await (const row of table.rows) rows.push(row);
  return { columns: table.columns, rows, cells: rows.map(({ cells }) => cells), warnings: [...table.warnings] };
}

async function save(name: string, sheets: Readonly<Record<string, WorkSheet>>): Promise<void> {
  const book = utils.book_new();
  for (const [title, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, title);
  const bookType = name.slice(name.lastIndexOf(".") + 1) as BookType;
  await writeFile(
    join(folder, name),
    write(book, { type: "buffer", bookType: bookType === "xls" ? "biff8" : bookType }) as Buffer,
  );
}

const sheetOf = (rows: readonly (readonly unknown[])[]) => utils.aoa_to_sheet(rows as unknown[][]);

describe.each(["xlsx", "xlsm", "xls", "ods"])(".%s", (ending) => {
  test("any texts, numbers and booleans come back as they were written", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", '"', ",", "é", "你", "😀", "0", "-", " "),
      minLength: 1,
      maxLength: 8,
    });
    const value = fc.oneof(
      text.filter((each) => each.trim() === each && each !== ""),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.boolean(),
    );
    const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, async (body) => {
        await save(`any.${ending}`, { Rows: sheetOf([["first name", "second name"], ...body]) });
        const found = await read(`any.${ending}`);
        expect(found.cells).toEqual(body.map((row) => row.map(String)));
        expect(found.rows.map(({ line }) => line)).toEqual(body.map((_, i) => i + 2));
        const kinds = body.map((row) => row.map((each) => (typeof each === "string" ? undefined : typeof each)));
        expect(found.rows.map((row) => row.kinds ?? [undefined, undefined])).toEqual(kinds);
      }),
      { numRuns: 15 },
    );
  });
});

test.each(["dates.xlsx", "dates-1904.xlsx", "dates.xls"])(
  "%s: dates are ISO 8601, whatever their format",
  async (name) => {
    const { columns, cells, warnings } = await read(name, FIXTURES);
    expect(columns).toEqual(["when", "what"]);
    expect(cells.length).toBeGreaterThan(4);
    for (const [when, what] of cells) expect(when).toBe(what);
    expect(warnings).toEqual([]);
  },
);

test("titles, merged cells, empty rows, errors and remarks do not disturb the rows", async () => {
  const { columns, cells, rows, warnings } = await read("report.xlsx", FIXTURES);
  expect(columns).toEqual(["queue", "text", "count", "share"]);
  expect(cells).toEqual([
    ["billing", "naïve 你好", "3", "0.125"],
    ["billing", "two", "4", undefined],
    ["tech", "three", "1e+21", "true"],
    [undefined, "007", undefined, undefined],
  ]);
  expect(rows.map(({ line }) => line)).toEqual([4, 5, 6, 9]);
  expect(warnings).toEqual([
    expect.stringMatching(/^report\.xlsx#Report:3: this row was read as the names of columns/),
    expect.stringMatching(/^report\.xlsx#Report:5: a formula has no value/),
    expect.stringMatching(/^report\.xlsx#Report:5: cells right of the last column/),
  ]);
});

test("formulas have the value that was saved with them, their errors are missing values", async () => {
  const sheet = sheetOf([
    ["a", "b"],
    [1, 2],
    [3, 4],
  ]);
  sheet["B2"] = { t: "n", v: 7, f: "A2*7" };
  sheet["B3"] = { t: "e", v: 0x2a, f: "NA()" };
  await save("formulas.xlsx", { Sheet1: sheet });
  const { cells, warnings } = await read("formulas.xlsx");
  expect(cells).toEqual([
    ["1", "7"],
    ["3", undefined],
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^formulas\.xlsx:3: the error of a formula/)]);
});

test("a sheet is named behind the file, where there are several", async () => {
  await save("two.xlsx", {
    One: sheetOf([["text"], ["a"]]),
    "The other": sheetOf([["text"], ["b"]]),
    None: sheetOf([]),
  });
  expect((await read("two.xlsx#The other")).cells).toEqual([["b"]]);
  await expect(read("two.xlsx")).rejects.toMatchObject({
    code: "DATA_SHEET_UNKNOWN",
    message: expect.stringContaining('two.xlsx: the file has several sheets, "One" and "The other"'),
    remedy: "Name one behind the file, as in two.xlsx#One.",
  });
  await expect(read("two.xlsx#Third")).rejects.toMatchObject({
    code: "DATA_SHEET_UNKNOWN",
    details: { sheet: "Third" },
  });
  await expect(read("two.xlsx#None")).rejects.toMatchObject({ code: "DATA_EMPTY" });
});

test("columns without a name and names that stand twice are told", async () => {
  await save("names.xlsx", {
    S: sheetOf([
      ["a", undefined, "a"],
      [1, 2, 3],
    ]),
  });
  const { columns, warnings } = await read("names.xlsx");
  expect(columns).toEqual(["a", "column_2", "a_2"]);
  expect(warnings).toEqual([
    'names.xlsx:1: column 2 of the header has no name and is called "column_2"',
    'names.xlsx:1: the header names the column "a" more than once; column 3 is called "a_2"',
  ]);
});

test("a table of HTML by the name of .xls, as web applications save them, is read", async () => {
  await writeFile(
    join(folder, "web.xls"),
    "<html><table><tr><td>text</td><td>n</td></tr><tr><td>a</td><td>1</td></tr></table></html>",
  );
  expect(await read("web.xls")).toMatchObject({ columns: ["text", "n"], cells: [["a", "1"]] });
});

test("a file with a password is refused", async () => {
  await expect(read("protected.xlsx", FIXTURES)).rejects.toMatchObject({ code: "DATA_FILE_ENCRYPTED" });
});
