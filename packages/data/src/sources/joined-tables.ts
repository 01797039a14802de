import { ModelwrightError } from "@modelwright/contracts";
import type { Table, TableRow } from "../tables/table.ts";

/**
 * Tables with the same columns, in whatever order, as one: their rows one behind the other, in the order of the first
 * table's columns, each with its file.
 *
 * @param tables One at least.
 * @throws {ModelwrightError} `DATA_COLUMNS_DIFFER`, which names two files.
 */
export function joinedTables(name: string, tables: readonly Table[], warnings: ReadonlySet<string>): Table {
  const [first, ...others] = tables;
  for (const other of others) checkColumns(first!, other);
  const { columns } = first!;
  const all = new Set([...warnings, ...tables.flatMap((table) => [...table.warnings])]);
  async function* rows(): AsyncGenerator<TableRow> {
    for (const table of tables) {
      const places = columns.map((column) => table.columns.indexOf(column));
      for await (const { cells, kinds, line, file = table.name } of table.rows) {
        const row = { cells: places.map((place) => cells[place]), line, file };
        yield kinds === undefined ? row : { ...row, kinds: places.map((place) => kinds[place]) };
      }
      for (const warning of table.warnings) all.add(warning);
    }
  }
  const repeated = new Set(tables.flatMap((table) => [...(table.repeated ?? [])]));
  return { name, columns, rows: { [Symbol.asyncIterator]: rows }, warnings: all, repeated, ...rolesOf(first!) };
}

function rolesOf({ roles }: Table): Pick<Table, "roles"> {
  return roles === undefined ? {} : { roles };
}

function checkColumns(first: Table, other: Table): void {
  const missing = first.columns.filter((column) => !other.columns.includes(column));
  const added = other.columns.filter((column) => !first.columns.includes(column));
  if (missing.length === 0 && added.length === 0) return;
  throw new ModelwrightError("DATA_COLUMNS_DIFFER", { file: other.name, other: first.name, missing, added });
}
