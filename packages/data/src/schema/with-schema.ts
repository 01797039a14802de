import { errorDefinitions, ModelwrightError, type TableSchema } from "@modelwright/contracts";
import { ColumnCells } from "../frames/column-cells.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { columnBreaches } from "./column-rules.ts";

/** What becomes of rows that break the rules of their columns. */
export type OnBreach = "refuse" | "warn";

/** Breaches that are named. */
const NAMED = 5;

/**
 * A table whose rows are held to rules: when all have been read, those that break one are refused or told of in the table's warnings.
 *
 * The values of the columns that have rules are held in memory, each different one once.
 *
 * @throws {ModelwrightError} `DATA_SCHEMA_COLUMN_MISSING`; `DATA_SCHEMA_BROKEN` behind the last row.
 */
export function withSchema(table: Table, schema: TableSchema, onBreach: OnBreach): Table {
  for (const column of Object.keys(schema)) {
    if (table.columns.includes(column)) continue;
    throw new ModelwrightError("DATA_SCHEMA_COLUMN_MISSING", { file: table.name, column, available: table.columns });
  }
  async function* checked(rows: AsyncIterable<TableRow>): AsyncGenerator<TableRow> {
    const ruled = Object.keys(schema).map((name) => ({
      place: table.columns.indexOf(name),
      cells: new ColumnCells(name),
    }));
    const places: { readonly file?: string | undefined; readonly line: number }[] = [];
    for await (const row of rows) {
      places.push({ file: row.file, line: row.line });
      for (const { place, cells } of ruled) cells.add(row, place);
      yield row;
    }
    const at = (row: number) => `${places[row]!.file ?? table.name}:${places[row]!.line}`;
    tell(
      table,
      breachesOf(
        ruled.map(({ cells }) => cells),
        schema,
        at,
      ),
      onBreach,
    );
  }
  const { outline } = table;
  return {
    ...table,
    rows: { [Symbol.asyncIterator]: () => checked(table.rows) },
    ...(outline === undefined ? {} : { outline: { ...outline, read: (rows) => checked(outline.read(rows)) } }),
  };
}

interface Breaches {
  readonly count: number;
  /** The first of each column and rule, and then others. */
  readonly named: readonly {
    readonly where: string;
    readonly column: string;
    readonly rule: string;
    readonly got: string;
  }[];
}

function breachesOf(columns: readonly ColumnCells[], schema: TableSchema, at: (row: number) => string): Breaches {
  let count = 0;
  const first: Breaches["named"][number][] = [];
  const others: Breaches["named"][number][] = [];
  for (const cells of columns) {
    const seen = new Set<string>();
    for (const { row, rule, got } of columnBreaches(cells, schema[cells.name]!)) {
      count++;
      const list = seen.has(rule) ? others : first;
      seen.add(rule);
      if (list.length < NAMED) list.push({ where: at(row), column: cells.name, rule, got });
    }
  }
  return { count, named: [...first, ...others].slice(0, NAMED) };
}

function tell({ name, warnings }: Table, { count, named }: Breaches, onBreach: OnBreach): void {
  if (count === 0) return;
  const details = { file: name, count, breaches: named };
  if (onBreach === "refuse") throw new ModelwrightError("DATA_SCHEMA_BROKEN", details);
  warnings.add(errorDefinitions.DATA_SCHEMA_BROKEN.message(details as never));
}
