import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { type FrameOptions, type ReadFrame, readFrame } from "./read-frame.ts";

/** Columns that are read together before it is known how many rows there are. */
const FIRST_COLUMNS = 50;
/** Cells that are read together from then on: each different value takes some 130 bytes until its column is read. */
const CELLS = 4_000_000;

/**
 * Reads a table into typed columns, as `readFrame` does, some columns at a time where there are many: the table is then
 * read several times, and what is held is little more than the columns themselves.
 *
 * @throws {ModelwrightError} As `readFrame`; `DATA_FILE_DAMAGED` for a table that changed meanwhile.
 */
export async function readWideFrame(table: Table, options: Pick<FrameOptions, "kinds"> = {}): Promise<ReadFrame> {
  const { columns } = table;
  const parts: ReadFrame[] = [];
  for (let from = 0; from < columns.length || parts.length === 0; ) {
    const [first] = parts;
    const width = first === undefined ? FIRST_COLUMNS : Math.max(1, Math.floor(CELLS / first.frame.rows));
    const names = columns.slice(from, from + width);
    const kinds = Object.entries(options.kinds ?? {}).filter(([name]) => names.includes(name));
    const part = await readFrame(table, { columns: names, kinds: Object.fromEntries(kinds) });
    if (first !== undefined && part.frame.rows !== first.frame.rows) {
      const problem = `it changed while it was read: ${first.frame.rows} rows, then ${part.frame.rows}`;
      throw new ModelwrightError("DATA_FILE_DAMAGED", { file: table.name, problem });
    }
    parts.push(part);
    from += width;
  }
  const [first] = parts;
  return {
    frame: { rows: first!.frame.rows, columns: parts.flatMap(({ frame }) => frame.columns) },
    looks: parts.flatMap(({ looks }) => looks),
    codes: parts.flatMap(({ codes }) => codes),
    whereIs: first!.whereIs,
  };
}
