import { HAS_EDGE, trimmed } from "./cell-spaces.ts";
import { COMPACT, type CompactRows } from "./compact-rows.ts";
import type { CellCount } from "./counted-cells.ts";

/** Where more of the rows have a cell of their own, cells are not put together. */
const RARE_SHARE = 0.5;

/** Rows by which it is told. */
const FIRST_ROWS = 100_000;

/** Counts the rows of each different cell of a column. */
export async function groupValues(
  rows: CompactRows,
  { place: column, count }: { readonly place: number; readonly count: number },
): Promise<ValueGroups> {
  const { database, forms, cell } = rows;
  const table = `value_groups_${column}`;
  const groups = (source: string, counts: CellCounts) => new ValueGroups(database, { table, source, counts });
  const single = `(SELECT ${cell(column)} AS v, 1 AS n FROM ${COMPACT})`;
  if (forms.varied.has(column) && (await isRare(database, { single, rows: count })))
    return groups(single, await countRare(database, { single, table }));
  await database.run(`CREATE TABLE ${table} AS ${groupsOf(rows, column)}`);
  return groups(table, await countGroups(database, table));
}

function groupsOf({ forms, cell, value }: CompactRows, column: number): string {
  const counted = (by: string, where = "true") =>
    `SELECT ${by} AS v, count(*) AS n FROM ${COMPACT} WHERE ${where} GROUP BY v`;
  if (!forms.few.has(column)) return counted(cell(column));
  const held = value(column);
  return `SELECT v::VARCHAR AS v, n FROM (${counted(held, `${held} IS NOT NULL`)})
    UNION ALL ${counted(`c${column}`, `${held} IS NULL`)}`;
}

/** Different cells, and rows without one. */
interface CellCounts {
  readonly values: number;
  readonly empty: number;
}

async function numbersOf(database: CompactRows["database"], query: string): Promise<number[]> {
  for await (const [row] of database.rows(query)) return row!.map(Number);
  return [];
}

async function countGroups(database: CompactRows["database"], table: string): Promise<CellCounts> {
  const query = `SELECT count(v), coalesce(sum(n) FILTER (v IS NULL), 0) FROM ${table}`;
  const [values, empty] = await numbersOf(database, query);
  return { values: values!, empty: empty! };
}

/**
 * Whether most rows have a cell of their own, as the first ones let expect: a wrong guess costs time, and nothing else.
 *
 * @see Chao, "Nonparametric estimation of the number of classes in a population", 1984: d + f1² / 2 f2
 */
async function isRare(
  database: CompactRows["database"],
  { single, rows }: { readonly single: string; readonly rows: number },
): Promise<boolean> {
  const first = `SELECT v FROM ${single} WHERE v IS NOT NULL LIMIT ${FIRST_ROWS}`;
  const [different, once, twice] = await numbersOf(
    database,
    `SELECT count(*), count(*) FILTER (n = 1), count(*) FILTER (n = 2) FROM (SELECT count(*) AS n FROM (${first}) GROUP BY v)`,
  );
  return different! + once! ** 2 / (2 * twice!) >= RARE_SHARE * rows;
}

/**
 * Counts by hashes, and puts only the cells together, into the table, that share one: as exact as if all were put together, without a
 * copy of them.
 */
async function countRare(
  database: CompactRows["database"],
  { single, table }: { readonly single: string; readonly table: string },
): Promise<CellCounts> {
  const hashes = `hashes_of_${table}`;
  const filled = `${single} WHERE v IS NOT NULL`;
  await database.run(
    `CREATE TABLE ${hashes} AS SELECT h, count(*) AS n FROM (SELECT hash(v) AS h FROM ${filled}) GROUP BY h`,
  );
  try {
    const [alone, rows] = await numbersOf(
      database,
      `SELECT count(*) FILTER (n = 1), coalesce(sum(n), 0) FROM ${hashes}`,
    );
    await database.run(
      `CREATE TABLE ${table} AS SELECT v, count(*) AS n FROM ${filled} AND hash(v) IN (SELECT h FROM ${hashes} WHERE n > 1) GROUP BY v`,
    );
    const [shared, every] = await numbersOf(
      database,
      `SELECT (SELECT count(*) FROM ${table}), (SELECT count(*) FROM ${COMPACT})`,
    );
    return { values: alone! + shared!, empty: every! - rows! };
  } finally {
    await database.run(`DROP TABLE ${hashes}`);
  }
}

/** The different cells of a column, each with its rows. */
export class ValueGroups {
  readonly #database: CompactRows["database"];
  /** Holds all of them, or those that rows share. */
  readonly #table: string;
  #source: string;
  #counts: CellCounts;

  /** @param options.source The table, or each row by itself. */
  constructor(
    database: CompactRows["database"],
    options: { readonly table: string; readonly source: string; readonly counts: CellCounts },
  ) {
    this.#database = database;
    this.#table = options.table;
    this.#source = options.source;
    this.#counts = options.counts;
  }

  /** How many there are, and rows without a cell. */
  get counts(): CellCounts {
    return this.#counts;
  }

  /** Behind FROM: the columns `v`, a text, which may come more than once, and `n`, its rows; without the rows that have no cell. */
  sql(where = "true"): string {
    return `${this.#source} WHERE v IS NOT NULL AND (${where})`;
  }

  async cells(where?: string): Promise<CellCount[]> {
    const rows = await this.all(`SELECT v, sum(n)::DOUBLE FROM ${this.sql(where)} GROUP BY v ORDER BY v`);
    return rows as [string, number][];
  }

  /** Those that most rows have; of equally many the first in the order of code points. */
  async mostFrequent(limit: number): Promise<CellCount[]> {
    const top = (where: string, order: string, count: number) =>
      this.all(`SELECT v, n::DOUBLE FROM ${where} ORDER BY ${order} LIMIT ${count}`) as Promise<CellCount[]>;
    if (this.#source === this.#table) return top(this.sql(), "n DESC, v", limit);
    const shared = await top(`${this.#table} WHERE n > 1`, "n DESC, v", limit);
    if (shared.length === limit) return shared;
    const alone = this.sql(`v NOT IN (SELECT v FROM ${this.#table} WHERE n > 1)`);
    return [...shared, ...(await top(alone, "v", limit - shared.length))];
  }

  /** Takes white space away around all cells, where one has it. */
  async trim(): Promise<boolean> {
    const [[some] = []] = await this.all(`SELECT count(*) FROM (SELECT 1 FROM ${this.sql(HAS_EDGE)} LIMIT 1)`);
    if (Number(some) === 0) return false;
    await this.#gather(`nullif(${trimmed("v")}, '')`);
    return true;
  }

  /** Puts the rows of each together, if they are not. */
  async gather(): Promise<void> {
    if (this.#source !== this.#table) await this.#gather("v");
  }

  async #gather(cell: string): Promise<void> {
    await this.#database.run(
      `CREATE OR REPLACE TABLE ${this.#table} AS SELECT ${cell} AS v, sum(n)::BIGINT AS n FROM ${this.#source} GROUP BY ALL`,
    );
    this.#source = this.#table;
    this.#counts = await countGroups(this.#database, this.#table);
  }

  /** The columns of a query, all `DOUBLE`. */
  numbers(query: string): Promise<Float64Array[]> {
    return this.#database.numbers(query);
  }

  async all(query: string): Promise<readonly (readonly unknown[])[]> {
    const rows: (readonly unknown[])[] = [];
    for await (const batch of this.#database.rows(query)) rows.push(...batch);
    return rows;
  }

  /** Gives its memory back; nothing may be asked afterwards. */
  drop(): Promise<void> {
    return this.#database.run(`DROP TABLE ${this.#table}`);
  }
}
