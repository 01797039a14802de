import type { RowColumn } from "../cures/fillers/filler.ts";
import { hasIdName } from "../frames/id-like.ts";
import type { CuredColumn, ReadCells } from "./cured-cells.ts";
import { type DuckDb, quotedText } from "./open-duckdb.ts";

/** Levels of a category that are told apart, the most frequent ones. */
const MOST_LEVELS = 100;
/** With fewer rows, values may differ by chance. */
const FEWEST_ROWS = 10;
/** Rows that are read at a time. */
const BLOCK = 2 ** 17;

/** A column of the table as numbers. */
export interface NumberedColumn extends Pick<CuredColumn, "place" | "column" | "isWhole"> {
  /** Of numbers, and of dates in milliseconds since 1970. */
  readonly mean: number;
  readonly deviation: number;
  /** Of categories, the most frequent first: their codes are their places. */
  readonly levels?: readonly string[];
}

/** The rows of a table as numbers, for what looks at several columns of a row together. Whoever asks for them drops them. */
export interface NumberedRows {
  /** Those of numbers, dates and categories that tell rows apart, but do not number or name them. */
  readonly columns: readonly NumberedColumn[];
  /** All of numbers, dates and categories. */
  readonly all: readonly NumberedColumn[];
  /** Some rows, a column each and one of their numbers; the same for the same rows. */
  readonly sample: (
    columns: readonly NumberedColumn[],
    options: { readonly rows: number; readonly has?: NumberedColumn },
  ) => Promise<ReadRows>;
  /** Rows some thousands at a time. */
  readonly blocks: (
    columns: readonly NumberedColumn[],
    options?: { readonly lacks: NumberedColumn },
  ) => AsyncIterable<ReadRows>;
  readonly drop: () => Promise<void>;
}

export interface ReadRows {
  /** What tells rows from one another: the `r` of cells. */
  readonly rows: Float64Array;
  /** Numbers as they are, codes of categories. */
  readonly columns: readonly Float64Array[];
}

const NUMBERED = "numbered_rows";

const NUMBER_OF: Readonly<Partial<Record<CuredColumn["column"]["kind"], (value: string) => string>>> = {
  number: (value) => value,
  date: (value) => `epoch_ms(${value})::DOUBLE`,
};

/** Writes the numbers of all rows into a table of DuckDB, 8 bytes each, which goes to the disk where memory does not hold it. */
export async function numberRows(database: DuckDb, { sql, columns }: ReadCells): Promise<NumberedRows> {
  const kept = columns.filter(({ column }) => column.kind !== "text" && column.distinct > 0);
  const levels = new Map<number, readonly string[]>();
  for (const { place, column } of kept)
    if (column.kind === "category") levels.set(place, await levelsOf(database, sql, place));
  const numbers = kept.map(({ place, column }) => {
    const value = NUMBER_OF[column.kind]?.(`v${place}`) ?? codeOf(`v${place}`, levels.get(place)!);
    return `coalesce(${value}, 'nan'::DOUBLE) AS n${place}`;
  });
  await database.run(
    `CREATE TABLE ${NUMBERED} AS SELECT r::DOUBLE AS r${numbers.map((each) => `, ${each}`).join("")} FROM (${sql})`,
  );
  const all = await describe(database, kept, levels);
  const [end] = await only(database, `SELECT coalesce(max(r), -1) + 1 FROM ${NUMBERED}`);
  const read = async (asked: readonly NumberedColumn[], rest: string): Promise<ReadRows> => {
    const selected = asked.map(({ place }) => `, n${place}`).join("");
    const [rows, ...values] = await database.numbers(`SELECT r${selected} FROM ${NUMBERED} ${rest}`);
    return { rows: rows!, columns: values };
  };
  return {
    all,
    columns: all.filter(tellsRowsApart),
    sample: (asked, { rows, has }) => {
      const where = has === undefined ? "" : `WHERE ${isKnown(has)}`;
      // The samples of DuckDB depend on its threads.
      return read(asked, `${where} ORDER BY hash(r::BIGINT), r LIMIT ${rows}`);
    },
    async *blocks(asked, options) {
      const where = options === undefined ? "" : ` AND isnan(n${options.lacks.place})`;
      for (let from = 0; from < end!; from += BLOCK)
        yield read(asked, `WHERE r >= ${from} AND r < ${from + BLOCK}${where}`);
    },
    drop: () => database.run(`DROP TABLE ${NUMBERED}`),
  };
}

/** A category that is none of the levels is told of no row. */
function isKnown({ place, levels }: NumberedColumn): string {
  return levels === undefined ? `NOT isnan(n${place})` : `n${place} >= 0 AND NOT isnan(n${place})`;
}

async function levelsOf(database: DuckDb, sql: string, place: number): Promise<string[]> {
  const levels: string[] = [];
  const query = `SELECT v${place} FROM (${sql}) WHERE v${place} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${MOST_LEVELS}`;
  for await (const batch of database.rows(query)) levels.push(...batch.map(([level]) => String(level)));
  return levels;
}

/** Its place among the levels, −1 where it is none of them; null where it is missing. */
function codeOf(value: string, levels: readonly string[]): string {
  return `CASE WHEN ${value} IS NOT NULL THEN coalesce(list_position([${levels.map(quotedText).join(", ")}], ${value}), 0)::DOUBLE - 1 END`;
}

async function describe(
  database: DuckDb,
  kept: readonly CuredColumn[],
  levels: ReadonlyMap<number, readonly string[]>,
): Promise<NumberedColumn[]> {
  if (kept.length === 0) return [];
  const asked = kept.flatMap(({ place }) =>
    ["avg", "stddev_pop"].map((of) => `coalesce(${of}(n${place}) FILTER (NOT isnan(n${place})), 0)`),
  );
  const known = await only(database, `SELECT ${asked.join(", ")} FROM ${NUMBERED}`);
  return kept.map(({ place, column, isWhole }, at) => {
    const own = levels.get(place);
    const [mean, deviation] = known.slice(2 * at) as [number, number];
    return { place, column, isWhole, mean, deviation, ...(own === undefined ? {} : { levels: own }) };
  });
}

async function only(database: DuckDb, query: string): Promise<number[]> {
  for await (const [row] of database.rows(query)) return row!.map(Number);
  return [];
}

/** Whether a column says more of rows than which they are. */
function tellsRowsApart({ column, isWhole, deviation, levels }: NumberedColumn): boolean {
  if (!(deviation > 0) && levels === undefined) return false;
  const { kind, name, distinct, numbers, frequent } = column;
  if (distinct < 2) return false;
  // All are different.
  if (kind === "date" || distinct < FEWEST_ROWS || frequent[0]!.rows > 1) return true;
  if (kind === "category") return false;
  return !(isWhole && numbers !== undefined && (hasIdName(name) || numbers.max - numbers.min === distinct - 1));
}

/** Columns of rows as what learns from several of them takes them: numbers standardised. */
export function standardised(columns: readonly NumberedColumn[], values: readonly Float64Array[]): RowColumn[] {
  return columns.map(({ mean, deviation, levels }, at) =>
    levels === undefined
      ? { values: values[at]!.map((value) => (value - mean) / deviation) }
      : { values: values[at]!, levels: levels.length },
  );
}
