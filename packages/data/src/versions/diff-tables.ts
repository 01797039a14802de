import { ModelwrightError } from "@modelwright/contracts";
import { countCells } from "../duckdb/counted-cells.ts";
import type { ColumnKind } from "../frames/frame.ts";
import { guessKind } from "../frames/guess-kind.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { columnOrder, rowBytes, sha256 } from "./row-digest.ts";
import { TableVersion } from "./table-version.ts";

/** Rows by which it is told what kind a column is of. */
const LOOKED_AT = 10_000;

export interface DiffOptions {
  /** The column whose value names a row. Default: rows have no names, so that one that was changed went and came. */
  readonly key?: string | undefined;
  /** Rows of each sort that are shown. Default: 10. */
  readonly limit?: number;
}

/** A row that is shown. */
export interface ShownRow {
  /** `file:line`. */
  readonly where: string;
  readonly cells: Readonly<Record<string, string>>;
}

export interface ChangedRow {
  readonly key: string;
  /** `file:line`, of the newer table. */
  readonly where: string;
  readonly cells: readonly { readonly column: string; readonly from: string; readonly to: string }[];
}

/** What is different in the newer of two tables. Rows are compared by the columns that both have. */
export interface TableDiff {
  readonly older: { readonly source: string; readonly version: string; readonly rows: number };
  readonly newer: { readonly source: string; readonly version: string; readonly rows: number };
  readonly columns: {
    readonly came: readonly string[];
    readonly went: readonly string[];
    readonly changedKind: readonly { readonly column: string; readonly from: ColumnKind; readonly to: ColumnKind }[];
  };
  readonly rows: { readonly same: number; readonly came: number; readonly went: number; readonly changed: number };
  /** Rows by column in which a cell was changed. */
  readonly changedCells: Readonly<Record<string, number>>;
  /** The first of each sort. */
  readonly shown: {
    readonly came: readonly ShownRow[];
    readonly went: readonly ShownRow[];
    readonly changed: readonly ChangedRow[];
  };
}

/**
 * Says what came, went and changed between two tables. Both are read row by row; of the older one stay in memory some 100 bytes a row,
 * with a key the row itself: some ten million rows without, a million with one.
 *
 * @throws {ModelwrightError} `DATA_KEY_UNFIT` for a key that a table has not, or that names two rows; what reading the tables throws.
 */
export async function diffTables(
  older: Table,
  newer: Table,
  { key, limit = 10 }: DiffOptions = {},
): Promise<TableDiff> {
  const common = older.columns.filter((column) => newer.columns.includes(column));
  if (common.length === 0 || (key !== undefined && !common.includes(key))) {
    const file = key !== undefined && !older.columns.includes(key) ? older : newer;
    const problem = `the table has no such column, but ${file.columns.join(", ")}`;
    throw new ModelwrightError("DATA_KEY_UNFIT", {
      file: file.name,
      column: key ?? "(any of the other table's)",
      problem,
    });
  }
  const before = new ReadTable(older, common);
  const after = new ReadTable(newer, common);
  const compared =
    key === undefined ? await compareRows(before, after, limit) : await compareByKey(before, after, { key, limit });
  const kinds = common.flatMap((column) => {
    const [from, to] = [before.kindOf(column), after.kindOf(column)];
    return from === to ? [] : [{ column, from, to }];
  });
  return {
    older: before.summary(),
    newer: after.summary(),
    columns: {
      came: newer.columns.filter((column) => !older.columns.includes(column)),
      went: older.columns.filter((column) => !newer.columns.includes(column)),
      changedKind: kinds,
    },
    ...compared,
  };
}

/** Reads a table once, and keeps its version and what its first rows tell of the kinds. */
class ReadTable {
  readonly #table: Table;
  readonly #version: TableVersion;
  readonly #first: Map<string, number>[];
  readonly #places: readonly number[];
  #rows = 0;

  /** @param columns Those that are compared. */
  constructor(table: Table, columns: readonly string[]) {
    this.#table = table;
    this.#version = new TableVersion(table.columns);
    this.#first = table.columns.map(() => new Map());
    this.#places = columnOrder(columns).map((place) => table.columns.indexOf(columns[place]!));
  }

  async *rows(): AsyncGenerator<TableRow> {
    for await (const row of this.#table.rows) {
      this.#version.add(row);
      if (this.#rows++ < LOOKED_AT) {
        for (const [place, cell = ""] of row.cells.entries()) {
          const counts = this.#first[place];
          counts?.set(cell, (counts.get(cell) ?? 0) + 1);
        }
      }
      yield row;
    }
  }

  /** Reads the rows another time. */
  again(): AsyncIterable<TableRow> {
    return this.#table.rows;
  }

  /** Some bytes that are the same for rows with the same cells in the columns that are compared. */
  digest({ cells }: TableRow): string {
    return sha256(rowBytes(cells, this.#places)).toString("latin1");
  }

  place(column: string): number {
    return this.#table.columns.indexOf(column);
  }

  get columns(): readonly string[] {
    return this.#table.columns;
  }

  get name(): string {
    return this.#table.name;
  }

  where({ file, line }: TableRow): string {
    return `${file ?? this.#table.name}:${line}`;
  }

  shown(row: TableRow): ShownRow {
    return {
      where: this.where(row),
      cells: Object.fromEntries(this.#table.columns.map((column, i) => [column, row.cells[i] ?? ""])),
    };
  }

  kindOf(column: string): ColumnKind {
    return guessKind(countCells(this.#first[this.place(column)]!, { isTyped: false, isStructured: false })).kind;
  }

  summary(): TableDiff["older"] {
    return { source: this.#table.name, version: this.#version.digest(), rows: this.#rows };
  }
}

type Compared = Pick<TableDiff, "rows" | "changedCells" | "shown">;

/** Rows without names: each is the same as one that has not been met yet, or came; those that are left went. */
async function compareRows(before: ReadTable, after: ReadTable, limit: number): Promise<Compared> {
  const left = new Map<string, number>();
  for await (const row of before.rows()) {
    const digest = before.digest(row);
    left.set(digest, (left.get(digest) ?? 0) + 1);
  }
  let [same, came] = [0, 0];
  const shownCame: ShownRow[] = [];
  for await (const row of after.rows()) {
    const digest = after.digest(row);
    const count = left.get(digest);
    if (count === undefined) {
      came++;
      if (shownCame.length < limit) shownCame.push(after.shown(row));
    } else {
      same++;
      if (count === 1) left.delete(digest);
      else left.set(digest, count - 1);
    }
  }
  const went = [...left.values()].reduce((sum, count) => sum + count, 0);
  return {
    rows: { same, came, went, changed: 0 },
    changedCells: {},
    shown: { came: shownCame, went: await firstOf(before, { left, limit: Math.min(limit, went) }), changed: [] },
  };
}

/** The first rows of a table with one of these digests, by reading it again. */
async function firstOf(
  table: ReadTable,
  { left, limit }: { readonly left: ReadonlyMap<string, number>; readonly limit: number },
): Promise<ShownRow[]> {
  const found: ShownRow[] = [];
  if (limit === 0) return found;
  for await (const row of table.again()) {
    if (left.has(table.digest(row)) && found.push(table.shown(row)) === limit) break;
  }
  return found;
}

/** Rows with names. */
async function compareByKey(
  before: ReadTable,
  after: ReadTable,
  { key, limit }: { readonly key: string; readonly limit: number },
): Promise<Compared> {
  const left = await byKey(before, key);
  const columns = before.columns.filter((column) => after.columns.includes(column) && column !== key);
  const rows = { same: 0, came: 0, went: 0, changed: 0 };
  const changedCells: Record<string, number> = {};
  const shown = { came: [] as ShownRow[], went: [] as ShownRow[], changed: [] as ChangedRow[] };
  const met = new Map<string, TableRow>();
  for await (const row of after.rows()) {
    const name = nameOf(after, { row, key, met });
    const old = left.get(name);
    left.delete(name);
    if (old === undefined) {
      rows.came++;
      if (shown.came.length < limit) shown.came.push(after.shown(row));
      continue;
    }
    const cells = columns.flatMap((column) => {
      const [from = "", to = ""] = [old.cells[before.place(column)], row.cells[after.place(column)]];
      return from === to ? [] : [{ column, from, to }];
    });
    if (cells.length === 0) {
      rows.same++;
      continue;
    }
    rows.changed++;
    for (const { column } of cells) changedCells[column] = (changedCells[column] ?? 0) + 1;
    if (shown.changed.length < limit) shown.changed.push({ key: name, where: after.where(row), cells });
  }
  rows.went = left.size;
  for (const row of [...left.values()].slice(0, limit)) shown.went.push(before.shown(row));
  return { rows, changedCells, shown };
}

async function byKey(table: ReadTable, key: string): Promise<Map<string, TableRow>> {
  const rows = new Map<string, TableRow>();
  for await (const row of table.rows()) nameOf(table, { row, key, met: rows });
  return rows;
}

/** The name of a row, which no row before has. */
function nameOf(
  table: ReadTable,
  { row, key, met }: { readonly row: TableRow; readonly key: string; readonly met: Map<string, TableRow> },
): string {
  const name = row.cells[table.place(key)] ?? "";
  const before = met.get(name);
  if (before !== undefined) {
    const problem = `it names two rows, ${JSON.stringify(name)} at ${table.where(before)} and ${table.where(row)}`;
    throw new ModelwrightError("DATA_KEY_UNFIT", { file: table.name, column: key, problem });
  }
  met.set(name, row);
  return name;
}
