import { expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { readFrame } from "./read-frame.ts";
import { readWideFrame } from "./read-wide-frame.ts";

const COLUMNS = 130;
const header = Array.from({ length: COLUMNS }, (_, column) => `c${column}`).join(",");
const cell = (row: number, column: number) =>
  column % 3 === 0 ? `${(row * 7) % 5}` : column % 3 === 1 ? "ja" : "2026-01-31";
const rows = Array.from({ length: 9 }, (_, row) =>
  Array.from({ length: COLUMNS }, (_, column) => cell(row, column)).join(","),
);
const wide = (): Promise<Table> => readCsv(textInMemory("wide.csv", [header, ...rows].join("\n")));

test("a table of many columns is read as one of few", async () => {
  const kinds = { c3: "category", c120: "text" } as const;
  const { whereIs, ...found } = await readWideFrame(await wide(), { kinds });
  const { whereIs: place, ...expected } = await readFrame(await wide(), { kinds });
  expect(found).toEqual(expected);
  expect(whereIs(4)).toBe(place(4));
});

test("a table that changes meanwhile is refused", async () => {
  const table = await wide();
  let times = 0;
  async function* changing(): AsyncGenerator<TableRow> {
    let left = times++ === 0 ? 9 : 7;
    for await (const row of table.rows) if (left-- > 0) yield row;
  }
  const changed: Table = { ...table, rows: { [Symbol.asyncIterator]: changing } };
  await expect(readWideFrame(changed)).rejects.toThrow("it changed while it was read: 9 rows, then 7");
});
