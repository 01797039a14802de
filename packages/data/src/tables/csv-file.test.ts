import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCsv } from "./csv-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-csv-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, "table.csv");
  await writeFile(path, text);
  const { header, rows } = await openCsv({ path, name: "table.csv", readHeader: (names) => names });
  const found = [];
  for await (const row of rows) found.push(row);
  return { header, rows: found };
}

test("quotes, quoted line ends, blank lines and both line ends", async () => {
  expect(await read('a,b\r\n"1 ""x""","2\n3"\n\n\r\n5" tall,\r\nlast,one')).toEqual({
    header: ["a", "b"],
    rows: [
      { cells: ['1 "x"', "2\n3"], line: 2 },
      { cells: ['5" tall', ""], line: 6 },
      { cells: ["last", "one"], line: 7 },
    ],
  });
});

test("quoted line ends of Windows count as one", async () => {
  const { rows } = await read('a,b\r\n"1\r\n2",x\r\n"3\r4",w\r\nq,z\r\n');
  expect(rows.map(({ line }) => line)).toEqual([2, 4, 5]);
});

test("a carriage return ends a row only where no other line end does", async () => {
  expect((await read("a,b\n1\rx,2\n3,4\n")).rows.map(({ cells }) => cells)).toEqual([
    ["1\rx", "2"],
    ["3", "4"],
  ]);
  expect((await read("a,b\r1,2\r3,4\r")).rows.map(({ line }) => line)).toEqual([2, 3]);
});

test.each([
  ['a\n"b\nc\nd\ne\n', 2],
  ['a,b\n1,2\n3,"x\ny\nz\nw,3\n', 3],
])("a quote that is never closed is told with its line: %j", async (text, line) => {
  await expect(read(text)).rejects.toMatchObject({
    code: "DATA_ROW_MALFORMED",
    details: { file: "table.csv", line, problem: "a quoted cell is opened and never closed" },
  });
});

test("what is written with quotes is read back", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\n", "\r", " ", "é", "😀") });
  const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      async (table, delimiter, end) => {
        const text = [["x", "y", "z"], ...table]
          .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(delimiter) + end)
          .join("");
        expect((await read(text)).rows.map(({ cells }) => cells)).toEqual(table);
      },
    ),
  );
});
