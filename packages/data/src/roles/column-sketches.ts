import { cellAt, type Table } from "../tables/table.ts";

/** What the cells of a column are like. */
export interface ColumnSketch {
  readonly name: string;
  /** Rows with a value. */
  readonly filled: number;
  /** Numbers of the rows without a value, in order. */
  readonly blankRows: readonly number[];
  readonly characters: number;
  readonly words: number;
  /** Values that are a number. */
  readonly numbers: number;
  /** How often each value occurs, of the first thousand different ones. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface TableSketch {
  readonly columns: readonly ColumnSketch[];
  readonly rows: number;
}

/** More distinct values than this are no labels; it also bounds the memory of a column of long texts. */
export const MOST_LABELS = 1000;

type Draft = { -readonly [K in keyof ColumnSketch]: ColumnSketch[K] } & {
  readonly counts: Map<string, number>;
  readonly blankRows: number[];
};

/** @param rows Look at so many rows at most. Default: all. */
export async function sketchColumns(table: Table, rows = Number.POSITIVE_INFINITY): Promise<TableSketch> {
  const columns = table.columns.map(
    (name): Draft => ({ name, filled: 0, blankRows: [], characters: 0, words: 0, numbers: 0, counts: new Map() }),
  );
  let seen = 0;
  for await (const row of table.rows) {
    seen++;
    for (const [place, column] of columns.entries()) {
      const cell = cellAt(row, place);
      if (cell === undefined || cell.kind === "list" || cell.kind === "object") column.blankRows.push(seen);
      else count(column, cell.text.trim());
    }
    if (seen >= rows) break;
  }
  return { columns, rows: seen };
}

function count(column: Draft, text: string): void {
  column.filled++;
  column.characters += text.length;
  column.words += text.split(/\s+/).length;
  if (/^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(text)) column.numbers++;
  if (column.counts.size > MOST_LABELS && !column.counts.has(text)) return;
  column.counts.set(text, (column.counts.get(text) ?? 0) + 1);
}
