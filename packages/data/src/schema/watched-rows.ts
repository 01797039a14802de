import type { Table, TableRow } from "../tables/table.ts";

/** Sees every row of a walk through a table, and says something behind the last one. */
export interface RowWatch {
  readonly add: (row: TableRow) => void;
  /** @param at `file:line` of a row. */
  readonly end: (at: (row: number) => string) => void | Promise<void>;
}

/** A table whose rows are watched, in each walk anew; one that stops before the last row ends without a word. */
export function watchedRows(table: Table, begin: () => RowWatch): Table {
  async function* watched(rows: AsyncIterable<TableRow>): AsyncGenerator<TableRow> {
    const watch = begin();
    const places: { readonly file?: string | undefined; readonly line: number }[] = [];
    for await (const row of rows) {
      places.push({ file: row.file, line: row.line });
      watch.add(row);
      yield row;
    }
    await watch.end((row) => `${places[row]!.file ?? table.name}:${places[row]!.line}`);
  }
  const { outline } = table;
  return {
    ...table,
    rows: { [Symbol.asyncIterator]: () => watched(table.rows) },
    ...(outline === undefined ? {} : { outline: { ...outline, read: (rows) => watched(outline.read(rows)) } }),
  };
}
