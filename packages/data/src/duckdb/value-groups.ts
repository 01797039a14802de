import { HAS_EDGE, trimmed } from "./cell-spaces.ts";
import { COMPACT, type CompactRows } from "./compact-rows.ts";
import type { CellCount } from "./counted-cells.ts";

/** Counts the rows of each different cell of a column. */
export async function groupValues({ database, cell, value, forms }: CompactRows, column: number): Promise<ValueGroups> {
  const table = `value_groups_${column}`;
  const counted = (by: string, where: string) =>
    `SELECT ${by} AS v, count(*) AS n FROM ${COMPACT} WHERE ${where} GROUP BY v`;
  const held = value(column);
  const query = forms.few.has(column)
    ? `SELECT v::VARCHAR AS v, n FROM (${counted(held, `${held} IS NOT NULL`)}) UNION ALL ${counted(`c${column}`, `${held} IS NULL`)}`
    : counted(cell(column), "true");
  await database.run(`CREATE TABLE ${table} AS ${query}`);
  return new ValueGroups(database, table);
}

/** The different cells of a column, each with its rows. */
export class ValueGroups {
  readonly #database: CompactRows["database"];
  readonly #table: string;

  constructor(database: CompactRows["database"], table: string) {
    this.#database = database;
    this.#table = table;
  }

  /** Behind FROM: the columns `v`, a text, and `n`, its rows; without the rows that have no cell. */
  sql(where = "true"): string {
    return `${this.#table} WHERE v IS NOT NULL AND (${where})`;
  }

  /** How many there are, and rows without a cell. */
  async counts(): Promise<{ readonly values: number; readonly empty: number }> {
    const query = `SELECT count(v), coalesce(sum(n) FILTER (v IS NULL), 0) FROM ${this.#table}`;
    const [[values, empty] = []] = await this.all(query);
    return { values: Number(values), empty: Number(empty) };
  }

  async cells(where?: string): Promise<CellCount[]> {
    const rows = await this.all(`SELECT v, n::DOUBLE FROM ${this.sql(where)} ORDER BY v`);
    return rows as [string, number][];
  }

  /** Takes white space away around all cells, where one has it. */
  async trim(): Promise<boolean> {
    const [[some] = []] = await this.all(`SELECT count(*) FROM (SELECT 1 FROM ${this.sql(HAS_EDGE)} LIMIT 1)`);
    if (Number(some) === 0) return false;
    await this.#database.run(
      `CREATE OR REPLACE TABLE ${this.#table} AS SELECT nullif(${trimmed("v")}, '') AS v, sum(n)::BIGINT AS n FROM ${this.#table} GROUP BY ALL`,
    );
    return true;
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
