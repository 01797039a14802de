import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRecords } from "./csv-records.ts";

async function records(text: string, options: { delimiter?: string; pieces?: number } = {}) {
  const { delimiter = ",", pieces = 1 } = options;
  const size = Math.max(1, Math.ceil(text.length / pieces));
  async function* chunks() {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
  const found = [];
  for await (const record of csvRecords(chunks(), delimiter)) found.push(record);
  return found;
}

test("quotes, quoted line ends, blank lines and both line ends", async () => {
  expect(await records('a,b\r\n"1 ""x""","2\n3"\n\n\r\n5" tall,\r\nlast')).toEqual([
    { cells: ["a", "b"], line: 1 },
    { cells: ['1 "x"', "2\n3"], line: 2 },
    { cells: ['5" tall', ""], line: 6 },
    { cells: ["last"], line: 7 },
  ]);
});

test("a quote that is never closed is told with its line", async () => {
  await expect(records('a\n"b\nc\n')).rejects.toMatchObject({ line: 2 });
});

test("what is written with quotes is read back, wherever the text is cut into pieces", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\n", "\r", " ", "é", "😀") });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.integer({ min: 1, max: 9 }),
      async (table, delimiter, end, pieces) => {
        const text = table
          .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(delimiter) + end)
          .join("");
        const read = await records(text, { delimiter, pieces });
        expect(read.map(({ cells }) => cells)).toEqual(table);
      },
    ),
  );
});
