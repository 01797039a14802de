import type { Table, TableRow } from "@modelwright/data";

/** Lines that are given as they stand, as a table. */
export function givenTable(columns: readonly string[], lines: readonly (readonly (string | undefined)[])[]): Table {
  async function* rows(): AsyncGenerator<TableRow> {
    for (const [i, cells] of lines.entries()) yield { cells: [...cells], line: i + 1 };
  }
  const name = "the command line";
  return { name, columns: [...columns], rows: { [Symbol.asyncIterator]: rows }, warnings: new Set() };
}
