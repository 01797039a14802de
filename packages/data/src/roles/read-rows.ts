import { ModelwrightError } from "@modelwright/contracts";
import type { SplitName } from "../splits/split-names.ts";
import { drawSubset } from "../splits/subset.ts";
import { type Cell, cellAt, type Table, type TableRow } from "../tables/table.ts";
import { dateSpelling } from "./date-columns.ts";
import { labelSeparator } from "./label-lists.ts";
import { findColumns, type RoleColumns, type RoleRequest } from "./role-columns.ts";
import { type Role, type RoleValues, readCell } from "./roles.ts";
import { checkedSpans } from "./text-spans.ts";

/** What every row has, whatever its roles. */
export interface RowOrigin {
  /** From the column of the role; otherwise `file:line`. */
  readonly id: string;
  /** The second text of a pair; absent where a row has one text. */
  readonly second?: string;
  /** Rows that share it stay in one split. */
  readonly group?: string;
  /** When it was, where rows are split by time. */
  readonly time?: number;
  /** The split that a column names, where rows are split by it. */
  readonly split?: SplitName;
  /** Where the row was read. `line` counts from 1; a row of several lines is named by its first. */
  readonly origin: { readonly file: string; readonly line: number };
}

/** A row with a value for each of these roles. */
export type RowWith<R extends Role> = RowOrigin & Readonly<Pick<RoleValues, R>>;
/** A row as read: a role without a value is absent. */
export type RowAsRead<R extends Role> = RowOrigin & Readonly<Partial<Pick<RoleValues, R>>>;

export interface ReadOptions<R extends Role> extends RoleRequest<R> {
  /** What stands between labels in a cell. Default: told from the column. */
  readonly labelSeparator?: string;
  /** Read at most so many rows, drawn with `seed`, those of each key in proportion. */
  readonly draw?: {
    readonly limit: number;
    readonly seed: number;
    readonly keysOf: (rows: readonly RowAsRead<R>[]) => readonly string[];
  };
  readonly onProgress?: (done: number, total?: number) => void;
}

export interface RoleRows<R extends Role> {
  readonly rows: readonly RowAsRead<R>[];
  /** Rows in the table before any were drawn. */
  readonly available: number;
  /** The column of each role. */
  readonly columns: RoleColumns;
}

const PROGRESS_EVERY = 1000;

/**
 * Reads the rows of a table as what its columns are to a task.
 *
 * @throws {ModelwrightError} `DATA_COLUMN_MISSING`, `DATA_COLUMN_REPEATED`, `DATA_ROW_MALFORMED`,
 *   `DATA_EMPTY`; `DATA_VALUE_TYPE` with line and value for one that its role cannot be.
 */
export async function readRows<R extends Role>(table: Table, options: ReadOptions<R>): Promise<RoleRows<R>> {
  const { draw, onProgress } = options;
  const columns = await findColumns(table, options);
  const reader = new RowReader<R>(table, columns, options.labelSeparator);
  const { outline } = table;
  if (draw !== undefined && outline !== undefined) {
    const known = reader.outlined(outline.cells, outline.size);
    const chosen = drawn(known, draw);
    const rows = await reader.read(outline.read(chosen), (done) => onProgress?.(done, chosen.length));
    return { rows, available: outline.size, columns };
  }
  const rows = await reader.read(table.rows, (done) =>
    onProgress?.(done, ...(outline === undefined ? [] : [outline.size])),
  );
  if (rows.length === 0) {
    throw new ModelwrightError("DATA_EMPTY", {
      file: table.name,
      problem: "no rows: an empty file, or a header and no rows below it",
    });
  }
  const kept = draw === undefined ? rows : drawn(rows, draw).map((row) => rows[row]!);
  return { rows: kept, available: rows.length, columns };
}

function drawn<R extends Role>(
  rows: readonly RowAsRead<R>[],
  draw: NonNullable<ReadOptions<R>["draw"]>,
): readonly number[] {
  const keys = draw.keysOf(rows);
  return drawSubset([...rows.keys()], { limit: draw.limit, seed: draw.seed, labelOf: (row) => keys[row]! });
}

interface LateColumn {
  readonly table: Table;
  readonly column: string;
  readonly labelSeparator: string | undefined;
}

/** How the cells of a column are read that only the whole column tells, by role. */
const LATE_READINGS = {
  labels: (texts: readonly string[], { labelSeparator: given }: LateColumn) => ({
    labelSeparator: given ?? labelSeparator(texts),
  }),
  time: (texts: readonly string[], { table, column }: LateColumn) => {
    const { spelling, doubt } = dateSpelling(texts);
    if (doubt !== undefined) {
      table.warnings.add(
        `${table.name}: the dates of "${column}" may be ${doubt} or ${spelling}; ${spelling} was taken`,
      );
    }
    return spelling === undefined ? {} : { dateSpelling: spelling };
  },
} as const;
type LateRole = keyof typeof LATE_READINGS;

function isLate(role: Role): role is LateRole {
  return Object.hasOwn(LATE_READINGS, role);
}

/** Makes rows of cells. */
class RowReader<R extends Role> {
  readonly #table: Table;
  readonly #places: readonly (readonly [role: Role, column: string, place: number])[];
  readonly #labelSeparator: string | undefined;

  constructor(table: Table, columns: RoleColumns, separator: string | undefined) {
    this.#table = table;
    this.#labelSeparator = separator;
    this.#places = (Object.entries(columns) as [Role, string][]).map(([role, column]) => [
      role,
      column,
      table.columns.indexOf(column),
    ]);
  }

  /**
   * Labels and times are read when all rows are: what stands between labels, and how dates are written, is told from
   * the whole column.
   */
  async read(rows: AsyncIterable<TableRow>, onProgress: (done: number) => void): Promise<RowAsRead<R>[]> {
    let read: RowAsRead<R>[] = [];
    const late = this.#places
      .filter(([role]) => isLate(role))
      .map(([role, column, place]) => ({ role: role as LateRole, column, place, cells: [] as (Cell | undefined)[] }));
    for await (const row of rows) {
      read.push(this.#row(row));
      for (const { place, cells } of late) cells.push(cellAt(row, place));
      if (read.length % PROGRESS_EVERY === 0) onProgress(read.length);
    }
    onProgress(read.length);
    for (const { role, column, cells } of late) {
      const texts = cells.flatMap((cell) => cell?.text ?? []);
      const reading = LATE_READINGS[role](texts, { table: this.#table, column, labelSeparator: this.#labelSeparator });
      read = read.map((row, i) => {
        const cell = cells[i];
        return cell === undefined
          ? row
          : { ...row, [role]: readCell(role, cell, { ...row.origin, column, ...reading }) };
      });
    }
    return read;
  }

  /** Rows of which only some columns are known. */
  outlined(known: Readonly<Record<string, readonly string[]>>, size: number): RowAsRead<R>[] {
    const { columns } = this.#table;
    return Array.from({ length: size }, (_, i) =>
      this.#row({ cells: columns.map((name) => known[name]?.[i]), line: 1 }),
    );
  }

  #row(row: TableRow): RowAsRead<R> {
    const { file = this.#table.name, line } = row;
    const values: { [Each in Role]?: RoleValues[Each] } & { origin: RowOrigin["origin"] } = { origin: { file, line } };
    for (const [role, column, place] of this.#places) {
      const cell = isLate(role) ? undefined : cellAt(row, place);
      if (cell !== undefined) values[role] = readCell(role, cell, { file, line, column }) as never;
    }
    if (values.spans !== undefined) {
      const text = row.cells[this.#placeOf("text")] ?? "";
      values.spans = checkedSpans(values.spans, text, { file, line });
    }
    values.id ??= `${file}:${line}`;
    return values as unknown as RowAsRead<R>;
  }

  #placeOf(role: Role): number {
    return this.#places.find(([each]) => each === role)?.[2] ?? -1;
  }
}
