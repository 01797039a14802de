import { type Kysely, sql, type Transaction } from "kysely";
import { type RecordTable, TABLE_KEYS } from "../records/table-keys.ts";
import type { Tables } from "../records/tables.ts";

/** A row of any table: column names and what stands there. */
export type Row = Readonly<Record<string, string | number | null>>;

const ROWS_PER_SELECT = 5000;

/** Rows of one INSERT: at most 20 columns each, below SQLite's 32,766 variables (https://www.sqlite.org/limits.html). */
const ROWS_PER_INSERT = 500;

/** What stands in some columns of the rows that are meant. */
export type RowFilter = Readonly<Record<string, string | number>>;

/** All rows of a table, or those that a filter means, by its key, a page at a time. */
export async function* pagesOf(
  database: Kysely<Tables>,
  table: RecordTable,
  filter: RowFilter = {},
): AsyncGenerator<readonly Row[]> {
  const key: readonly string[] = TABLE_KEYS[table];
  const columns = sql.join(key.map((column) => sql.ref(column)));
  for (let after: Row | undefined; ; ) {
    const conditions = [
      sql`1 = 1`,
      ...Object.entries(filter).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
      ...(after === undefined ? [] : [sql`(${columns}) > (${sql.join(key.map((column) => after?.[column]))})`]),
    ];
    const { rows } = await sql<Row>`
      select * from ${sql.table(table)} where ${sql.join(conditions, sql` and `)} order by ${columns} limit ${sql.lit(ROWS_PER_SELECT)}`.execute(
      database,
    );
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_SELECT) return;
    after = rows.at(-1);
  }
}

/** Adds rows to a table, of the columns that its schema has now. */
export async function insertRows(
  transaction: Transaction<Tables>,
  table: RecordTable,
  rows: AsyncIterable<Row>,
): Promise<void> {
  // The columns are those of the schema that the rows were read from, which need not be today's.
  const target = (transaction as unknown as Transaction<Record<string, Row>>).insertInto(table);
  let batch: Row[] = [];
  const flush = async () => {
    if (batch.length > 0) await target.values(batch).execute();
    batch = [];
  };
  for await (const row of rows) {
    batch.push(row);
    if (batch.length === ROWS_PER_INSERT) await flush();
  }
  await flush();
}

/** The first table that has a row. */
export async function firstFilled(
  database: Kysely<Tables>,
  tables: readonly RecordTable[],
): Promise<RecordTable | undefined> {
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(database);
    if (rows.length > 0) return table;
  }
  return undefined;
}
