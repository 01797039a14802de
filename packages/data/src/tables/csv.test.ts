import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuTime } from "../testing/cpu-time.ts";
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

test.each<[string, string, string[][], number]>([
  [
    "closed by no quote, a later cell holding quotes",
    'text\tlabel\n"Titanic sank\tfilm\nno quote\tship\nhe said "yes" to it\tfilm\nlast\tship\n',
    [
      ['"Titanic sank', "film"],
      ["no quote", "ship"],
      ['he said "yes" to it', "film"],
      ["last", "ship"],
    ],
    2,
  ],
  [
    "closed by no quote at all",
    'text,label\none,a\n"two,b\nthree,c\n',
    [
      ["one", "a"],
      ['"two', "b"],
      ["three", "c"],
    ],
    3,
  ],
  [
    "opened twice",
    'text\tlabel\n"one\ta\n"two\tb\nthree\tc\n',
    [
      ['"one', "a"],
      ['"two', "b"],
      ["three", "c"],
    ],
    2,
  ],
  ["around the first word", 'text,label\n"Titanic" is long,a\n', [['"Titanic" is long', "a"]], 2],
  ["not doubled inside", 'text,label\n"he said "hi, there" to me",a\n', [['he said "hi, there" to me', "a"]], 2],
  ["in a file of one column", 'text\n"Titanic" is long\nlast\n', [['"Titanic" is long'], ["last"]], 2],
])("a stray quote swallows no rows: %s", async (_, text, cells, line) => {
  const { rows, warnings } = await read(text);
  expect(rows.map((row) => row.cells)).toEqual(cells);
  expect(warnings).toEqual([
    expect.stringMatching(new RegExp(`^table\\.csv:${line}: a cell opens with a quote that does not`)),
  ]);
});

test("a row that no reading of its quotes makes whole is refused with its line", async () => {
  await expect(read('a,b\n1,2\n"x, "y" z, w\n3,4\n')).rejects.toMatchObject({
    code: "DATA_ROW_MALFORMED",
    details: { line: 3, problem: "a quoted cell goes on behind its closing quote" },
  });
});

test("a quoted cell whose lines look like rows is warned of", async () => {
  const { rows, warnings } = await read('text\tlabel\n"one\ta\ntwo\tb\nthree\tc\nthe end"\td\nlast\te\n');
  expect(rows).toHaveLength(2);
  expect(warnings).toEqual([
    expect.stringMatching(/^table\.csv:2: a quoted cell goes on over 4 lines that each look like a row/),
  ]);
  expect((await read('text,label\n"a letter\nof some\nlines\nand more",d\n')).warnings).toEqual([]);
});

test("a header longer than any buffer is read as one", async () => {
  const names = Array.from({ length: 12_000 }, (_, i) => `column number ${i}`);
  const text = `${names.join(",")}\n${names.map((_, i) => i).join(",")}\n`;
  const { columns, rows } = await readCsv(textInMemory("table.csv", text, 65_536));
  expect(columns).toEqual(names);
  for await (const { cells } of rows) expect(cells).toHaveLength(names.length);
});

test("a cell of many megabytes is read in time that grows with its length, not with its square", async () => {
  const piece = "x".repeat(65_536);
  const microseconds = (pieces: number) => {
    async function* chunks() {
      yield 'text,label\n"';
      for (let i = 0; i < pieces; i++) yield piece;
      yield '",a\n';
    }
    return cpuTime(async () => {
      const { rows } = await readCsv({ name: "table.csv", chunks, warnings: new Set() });
      for await (const { cells } of rows) expect(cells[0]).toHaveLength(pieces * piece.length);
    });
  };
  const short = await microseconds(16);
  expect(await microseconds(256)).toBeLessThan(80 * short); // 16 times as long; the square is 256 times
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
