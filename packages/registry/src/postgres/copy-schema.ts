import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

/**
 * Copies all tables of a schema, with keys and indices, into another, which is made anew.
 *
 * Put in the place of the first (`alter schema … rename to …`) it is what the first was.
 */
export async function copySchema(
  transaction: Transaction<Tables>,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await transaction.schema.dropSchema(to).ifExists().cascade().execute();
  await transaction.schema.createSchema(to).execute();
  const tables = await sql<{
    name: string;
  }>`select tablename as name from pg_tables where schemaname = ${from}`.execute(transaction);
  for (const { name } of tables.rows) {
    const [old, copy] = [sql.table(`${from}.${name}`), sql.table(`${to}.${name}`)];
    await sql`create table ${copy} (like ${old} including all)`.execute(transaction);
    await sql`insert into ${copy} select * from ${old}`.execute(transaction);
  }
  // References between tables are no part of a table's likeness; as text they name tables by the search path.
  const references = await sql<{ name: string; table: string; definition: string }>`
    select conname as name, conrelid::regclass::text as "table", pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = to_regnamespace(${from})`.execute(transaction);
  await sql`set local search_path to ${sql.id(to)}`.execute(transaction);
  for (const { name, table, definition } of references.rows) {
    await sql`alter table ${sql.id(table)} add constraint ${sql.id(name)} ${sql.raw(definition)}`.execute(transaction);
  }
  await sql`set local search_path to ${sql.id(from)}`.execute(transaction);
}
