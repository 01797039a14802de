import { errorDefinitions, ModelwrightError, type RowRules, type TableSchema } from "@modelwright/contracts";
import { ColumnCells } from "../frames/column-cells.ts";
import type { Table } from "../tables/table.ts";
import { columnBreaches } from "./column-rules.ts";
import { watchedRows } from "./watched-rows.ts";

/** What becomes of rows that break the rules of their columns. */
export type OnBreach = NonNullable<RowRules["breaches"]>;

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
  return watchedRows(table, () => {
    const ruled = Object.keys(schema).map((name) => ({
      place: table.columns.indexOf(name),
      cells: new ColumnCells(name),
    }));
    const columns = ruled.map(({ cells }) => cells);
    return {
      add: (row) => {
        for (const { place, cells } of ruled) cells.add(row, place);
      },
      end: (at) => tell(table, breachesOf(columns, schema, at), onBreach),
    };
  });
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
