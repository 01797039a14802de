import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTable } from "../sources/open-table.ts";
import { FORMATS } from "../tables/formats.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { textInMemory } from "./text-in-memory.ts";

/** A format as the contract tries it. */
export interface FormatSubject {
  /** A key of `FORMATS`. */
  readonly extension: string;
  /** Writes a table, its lines ended by `lineEnd`. */
  readonly write: (columns: readonly string[], rows: readonly (readonly string[])[], lineEnd: string) => string;
  /** What the format cannot hold: any number of columns, line ends in a cell, columns without rows. */
  readonly lacks?: readonly ("columns" | "lineEnds" | "columnsWithoutRows")[];
  /** Texts that break the format's rules, with the line that is at fault. */
  readonly broken: readonly { readonly text: string; readonly line: number }[];
}

const CELLS = [
  "plain",
  "",
  " spaces around ",
  'a "quoted" word, and; more\tof it',
  '"',
  '""',
  "\\ \\n \\u0041 {} [] null",
  "007",
  "1.10",
  "9007199254740993",
  "naïve ÅÆØ ß ñ",
  "你好 العربية עברית ไทย",
  "e\u0301 👩‍👩‍👧 🏳️‍🌈",
  "\u2028 \u00a0 \u200b",
  "#comment",
  "=SUM(A1)",
];
const BREAKS = ["two\nlines", "two\r\nlines", "\n", "ends\n"];
const COLUMNS = ["text", "__proto__", "constructor", "10", "a b", 'say "x"'];
const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-8 with a mark": (text) => Buffer.from(`\ufeff${text}`),
  "UTF-16 LE": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "UTF-16 BE": (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
};

/**
 * Runs the contract: one table written in any format is read as the same rows, and any table comes back as it
 * was.
 */
export function describeFormatContract(subject: FormatSubject): void {
  const { extension, write, lacks = [], broken } = subject;
  const columns = lacks.includes("columns") ? ["text"] : COLUMNS;
  const values = lacks.includes("lineEnds") ? CELLS : [...CELLS, ...BREAKS];
  /** Every value in every column. */
  const rows = values.map((_, row) => columns.map((__, column) => values[(row + column) % values.length]!));

  describe(`format ${extension}`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "modelwright-format-"));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const read = async (text: string): Promise<Table> =>
      FORMATS[extension]!.read(textInMemory(`table${extension}`, text), {});

    test.each(["\n", "\r\n"])("gives the rows as they were written, lines ended by %j", async (lineEnd) => {
      const table = await read(write(columns, rows, lineEnd));
      expect(table.columns.toSorted()).toEqual(columns.toSorted());
      expect(cellsIn(await rowsOf(table), { of: table, by: columns })).toEqual(rows);
      expect([...table.warnings]).toEqual([]);
    });

    test("reads the last row also where no line end follows it", async () => {
      const text = write(columns, [columns.map(() => "a"), columns.map(() => "b")], "\n").replace(/\n$/, "");
      expect(await rowsOf(await read(text))).toHaveLength(2);
    });

    test("counts lines upwards, each row on one of its own", async () => {
      const lines = (await rowsOf(await read(write(columns, rows, "\n")))).map(({ line }) => line);
      expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
      expect(lines.at(-1)).toBeLessThanOrEqual(write(columns, rows, "\n").split("\n").length);
    });

    test.each(Object.keys(ENCODINGS))("reads a file in %s", async (encoding) => {
      const path = join(folder, `${encoding}${extension}`);
      await writeFile(path, ENCODINGS[encoding]!(write(columns, rows, "\n")));
      const table = await openTable(path, { baseDir: folder });
      expect(cellsIn(await rowsOf(table), { of: table, by: columns })).toEqual(rows);
      expect([...table.warnings]).toEqual([]);
    });

    test("warns of a file in another encoding, with the line", async () => {
      const path = join(folder, `western${extension}`);
      const text = write(columns, [columns.map(() => "plain"), columns.map(() => "café")], "\n");
      await writeFile(path, Buffer.from(text, "latin1"));
      const table = await openTable(path, { baseDir: folder });
      const found = await rowsOf(table);
      expect(found[1]!.cells[0]).toBe("café");
      expect([...table.warnings]).toEqual([
        expect.stringMatching(new RegExp(`^western\\${extension}:${found[1]!.line}: .*windows-1252`)),
      ]);
    });

    test("reads no rows as no rows", async () => {
      const reading = read(write(columns, [], "\n"));
      if (lacks.includes("columnsWithoutRows")) await expect(reading).rejects.toMatchObject({ code: "DATA_EMPTY" });
      else {
        expect((await reading).columns).toEqual(columns);
        expect(await rowsOf(await reading)).toEqual([]);
      }
    });

    test.skipIf(lacks.includes("columns"))("reads rows of thousands of cells", async () => {
      const names = Array.from({ length: 4000 }, (_, i) => `pixel ${i}`);
      const row = names.map((_, i) => `${i % 256}`);
      const table = await read(write(names, [row, row], "\n"));
      expect(cellsIn(await rowsOf(table), { of: table, by: names })).toEqual([row, row]);
    });

    test("reads a cell of a million characters", async () => {
      const long = 'a long text, "quoted" '.repeat(50_000);
      const table = await read(write(["text"], [[long], ["b"]], "\n"));
      expect((await rowsOf(table)).map(({ cells }) => cells[0] === long)).toEqual([true, false]);
    });

    test("can be read again, and stopped at any row", async () => {
      const table = await read(write(columns, rows, "\n"));
      for await (const _ of table.rows) break;
      expect(await rowsOf(table)).toEqual(await rowsOf(table));
      expect(await rowsOf(table)).toHaveLength(rows.length);
    });

    test.each([...broken])("names the line at fault: $text", async ({ text, line }) => {
      const reading = read(text).then(rowsOf);
      await expect(reading).rejects.toMatchObject({
        code: "DATA_ROW_MALFORMED",
        details: { file: `table${extension}`, line },
      });
    });

    test("any table comes back as it was written", async () => {
      const unit = fc.constantFrom("a", '"', ",", ";", "\t", " ", "\\", "{", "]", "é", "😀", "\u2028", "0");
      const withBreaks = fc.oneof(unit, fc.constantFrom("\n", "\r\n"));
      const cell = fc.string({ unit: lacks.includes("lineEnds") ? unit : withBreaks, maxLength: 12 });
      const name = fc.string({ unit: fc.constantFrom("a", "b", "é", "_", ".", "1"), minLength: 1, maxLength: 6 });
      const names = lacks.includes("columns")
        ? fc.constant(["text"])
        : fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
      const tables = names.chain((header) =>
        fc.record({
          header: fc.constant(header),
          body: fc.array(fc.tuple(...header.map(() => cell)), { minLength: 1, maxLength: 8 }),
          lineEnd: fc.constantFrom("\n", "\r\n"),
        }),
      );
      await fc.assert(
        fc.asyncProperty(tables, async ({ header, body, lineEnd }) => {
          const table = await read(write(header, body, lineEnd));
          expect(cellsIn(await rowsOf(table), { of: table, by: header })).toEqual(body);
        }),
      );
    });
  });
}

async function rowsOf({ rows }: Table): Promise<TableRow[]> {
  const found: TableRow[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** The cells in the order of the columns as they were written. */
function cellsIn(
  rows: readonly TableRow[],
  { of, by }: { readonly of: Table; readonly by: readonly string[] },
): (string | undefined)[][] {
  const places = by.map((name) => of.columns.indexOf(name));
  return rows.map(({ cells }) => places.map((place) => cells[place]));
}
