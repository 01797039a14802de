import { MISSING_WORDS } from "../frames/missing-words.ts";
import type { CellCount } from "./counted-cells.ts";
import { quotedText } from "./open-duckdb.ts";
import type { PlainForm } from "./plain-columns.ts";
import type { Relation } from "./relation.ts";

/** Columns of which the different values are counted in one pass over the rows: more would take more memory at a time. */
export const COLUMNS_AT_ONCE = 20;
const GROUPS = "value_groups";
/** What `trim` of JavaScript takes away, as RE2 writes it. */
const SPACE = String.raw`[\s\x{0b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]`;
/** Whether white space stands around `v`; of plain ASCII, which most texts are, that is quickly told. */
const IS_PLAIN = "strlen(v) = length(v)";
const ENDS_IN_SPACE = [9, 10, 11, 12, 13, 32].map((code) => `suffix(v, chr(${code}))`).join(" OR ");
const HAS_EDGE = `CASE WHEN ${IS_PLAIN} THEN v < '!' OR ${ENDS_IN_SPACE}
  ELSE regexp_matches(v, ${quotedText(`^${SPACE}|${SPACE}$`)}) END`;
const EDGES = quotedText(`^${SPACE}+|${SPACE}+$`);

/** A cell without white space around it. */
export function trimmed(cell: string): string {
  return `regexp_replace(${cell}, ${EDGES}, '', 'g')`;
}

/** A cell as rows are compared by it: without white space around it, null where it says that its value is missing. */
export function comparable(cell: string): string {
  const words = [...MISSING_WORDS].map(quotedText).join(", ");
  return `CASE WHEN lower(${trimmed(cell)}) IN (${words}) THEN NULL ELSE ${trimmed(cell)} END`;
}

/**
 * Counts the rows of each different cell of some columns, in one pass over the rows.
 *
 * @param of.columns Places in `relation.columns`, at most `COLUMNS_AT_ONCE`.
 * @param of.forms Of some of them a form; only cells that are not written so are counted, empty ones as an empty text.
 */
export async function groupValues(
  { database, from }: Relation,
  { columns, forms }: { readonly columns: readonly number[]; readonly forms?: ReadonlyMap<number, PlainForm> },
): Promise<ValueGroups[]> {
  const names = columns.map((column) => `c${column}`);
  const cells = columns.map(
    (column) =>
      `${forms?.get(column) === undefined ? `c${column}` : otherThan(forms.get(column)!, `c${column}`)} AS c${column}`,
  );
  // `grouping_id` sets the bit of each column that a row is not grouped by, the first column's highest.
  const all = 2 ** names.length - 1;
  const sets = names.map((name) => `(${name})`).join(", ");
  const list = names.join(", ");
  await database.run(`DROP TABLE IF EXISTS ${GROUPS}`);
  await database.run(
    `CREATE TABLE ${GROUPS} AS SELECT k::INTEGER AS k, coalesce(${list}) AS v, n
     FROM (SELECT ${list}, grouping_id(${list}) AS k, count(*) AS n FROM (SELECT ${cells.join(", ")} FROM ${from}) GROUP BY GROUPING SETS (${sets}))`,
  );
  return names.map((_, i) => new ValueGroups(database, all - 2 ** (names.length - 1 - i)));
}

/** Gives the memory of the last counts back. */
export async function dropGroups({ database }: Relation): Promise<void> {
  await database.run(`DROP TABLE IF EXISTS ${GROUPS}`);
}

/** The cells that are not written in a form, an empty text for none; null for those that are; SQL. */
function otherThan({ isSo }: PlainForm, cell: string): string {
  return `CASE WHEN ${isSo(cell)} THEN NULL ELSE coalesce(${cell}, '') END`;
}

/** The different cells of a column, each with its rows. */
export class ValueGroups {
  readonly #database: Relation["database"];
  readonly #key: number;
  #table = GROUPS;

  constructor(database: Relation["database"], key: number) {
    this.#database = database;
    this.#key = key;
  }

  /** Behind FROM: the columns `v`, a text, and `n`, its rows; without the rows that have no cell. */
  sql(where = "true"): string {
    return `${this.#table} WHERE k = ${this.#key} AND v IS NOT NULL AND (${where})`;
  }

  /** How many there are, and rows without a cell. */
  async counts(): Promise<{ readonly values: number; readonly empty: number; readonly rows: number }> {
    const query = `SELECT count(v), coalesce(sum(n) FILTER (v IS NULL), 0), sum(n) FROM ${this.#table} WHERE k = ${this.#key}`;
    const [[values, empty, rows] = []] = await this.all(query);
    return { values: Number(values), empty: Number(empty), rows: Number(rows) };
  }

  async cells(where?: string): Promise<CellCount[]> {
    const rows = await this.all(`SELECT v, n::DOUBLE FROM ${this.sql(where)} ORDER BY v`);
    return rows as [string, number][];
  }

  /** Takes white space away around all cells, where one has it. */
  async trim(): Promise<boolean> {
    const [[some] = []] = await this.all(`SELECT count(*) FROM (SELECT 1 FROM ${this.sql(HAS_EDGE)} LIMIT 1)`);
    if (Number(some) === 0) return false;
    const table = `${GROUPS}_trimmed_${this.#key}`;
    await this.#database.run(
      `CREATE OR REPLACE TABLE ${table} AS SELECT ${this.#key} AS k, nullif(${trimmed("v")}, '') AS v, sum(n)::BIGINT AS n
       FROM ${this.#table} WHERE k = ${this.#key} GROUP BY ALL`,
    );
    this.#table = table;
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
}
