import type { Table, TableRow } from "../tables/table.ts";
import { TableVersion } from "./table-version.ts";

/** Which rows a source had when it was read. */
export interface SourceVersion {
  /** What messages call it. */
  readonly name: string;
  /** As `TableVersion` has it. */
  readonly version: string;
  readonly rows: number;
}

/** A table that tells which rows it has as soon as all have been read, once; where only some are read it tells nothing. */
export function tellingVersion(table: Table, tell: (version: SourceVersion) => void): Table {
  let isTold = false;
  async function* rows(): AsyncGenerator<TableRow> {
    if (isTold) return yield* table.rows;
    const version = new TableVersion(table.columns);
    let count = 0;
    for await (const row of table.rows) {
      version.add(row);
      count++;
      yield row;
    }
    if (!isTold) tell({ name: table.name, version: version.digest(), rows: count });
    isTold = true;
  }
  return { ...table, rows: { [Symbol.asyncIterator]: rows } };
}
