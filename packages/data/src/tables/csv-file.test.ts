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
  const { header, rows } = await openCsv({ path, name: "table.csv" });
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

test("a quote that is never closed is told with its line", async () => {
  await expect(read('a\n"b\nc\n')).rejects.toMatchObject({
    code: "DATA_ROW_MALFORMED",
    details: { file: "table.csv", problem: "a quoted cell is opened and never closed" },
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
