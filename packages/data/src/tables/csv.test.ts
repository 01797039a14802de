import fc from "fast-check";
import { expect, test } from "vitest";
import { textInMemory } from "../testing/text-in-memory.ts";
import { readCsv } from "./csv.ts";

async function read(text: string) {
  const { columns, rows, warnings } = await readCsv(textInMemory("table.csv", text));
  const found = [];
  for await (const { cells, line } of rows) found.push({ cells, line });
  return { header: columns, rows: found, warnings: [...warnings] };
}

test("quotes, quoted line ends, blank lines and both line ends", async () => {
  expect(await read('a,b\r\n"1 ""x""","2\n3"\n\n\r\n5" tall,\r\nlast,one')).toEqual({
    header: ["a", "b"],
    rows: [
      { cells: ['1 "x"', "2\n3"], line: 2 },
      { cells: ['5" tall', ""], line: 6 },
      { cells: ["last", "one"], line: 7 },
    ],
    warnings: [],
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

test("a line that tells the delimiter is no header", async () => {
  const { header, rows } = await read("sep=;\r\na,b;c\r\n1;2\r\n");
  expect(header).toEqual(["a,b", "c"]);
  expect(rows).toEqual([{ cells: ["1", "2"], line: 3 }]);
});

test("columns without a name and names that stand twice are told and kept apart", async () => {
  const { header, rows, warnings } = await read("text,,text,column_2\na,b,c,d\n");
  expect(header).toEqual(["text", "column_2_2", "text_2", "column_2"]);
  expect(rows).toEqual([{ cells: ["a", "b", "c", "d"], line: 2 }]);
  expect(warnings).toEqual([
    'table.csv:1: column 2 of the header has no name and is called "column_2_2"',
    'table.csv:1: the header names the column "text" more than once; column 3 is called "text_2"',
  ]);
});

test.each<[string, string, boolean]>([
  ["a value of the rows below it", "good soup,spam\nbad soup,ham\nhot soup,spam\n", true],
  ["a number", "17.5,text\n18,other\n", true],
  ["a whole sentence", `${"many words that nobody calls a column ".repeat(3)},label\na,b\n`, true],
  ["names", "text,label\nlabel,a\n", false],
  ["names that count", "0,1,2\n5,5,5\n", false],
])("a header that is %s", async (_, text, isRow) => {
  const { warnings } = await read(text);
  expect(warnings.filter((warning) => warning.includes("looks like a row"))).toHaveLength(isRow ? 1 : 0);
});

test("its rows can be read again, and reading may stop anywhere", async () => {
  const table = await readCsv(textInMemory("table.csv", "a\n1\n2\n3\n"));
  for await (const { cells } of table.rows) {
    expect(cells).toEqual(["1"]);
    break;
  }
  const all: (string | undefined)[] = [];
  for await (const { cells } of table.rows) all.push(cells[0]);
  expect(all).toEqual(["1", "2", "3"]);
});
