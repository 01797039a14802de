import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import { initial } from "./0001-initial.ts";
import { runFormat } from "./0002-run-format.ts";
import { runSources } from "./0003-run-sources.ts";
import type { Migration } from "./migration.ts";

/** Every step of the schema in order; a new one is added at the end. */
export const migrations: readonly Migration[] = [initial, runFormat, runSources];

/**
 * Brings a database to the newest schema, in one transaction.
 *
 * @param steps Default: all that we know.
 * @throws {ModelwrightError} `REGISTRY_SCHEMA_NEWER` when the database knows a step that we do not, `REGISTRY_READ_ONLY` when it lacks
 *   one and cannot be written; nothing is changed.
 */
export async function migrate(database: RecordDatabase, steps: readonly Migration[] = migrations): Promise<void> {
  const known = steps.at(-1)?.version ?? 0;
  if (database.isReadOnly) {
    const current = await database.read(currentVersion);
    refuseNewer(database, current, known);
    if (current < known) throw new ModelwrightError("REGISTRY_READ_ONLY", { location: database.location });
    return;
  }
  await database.write(async (transaction) => {
    await transaction.schema
      .createTable("schema_migrations")
      .ifNotExists()
      .addColumn("version", "integer", (column) => column.primaryKey().notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("applied_at", "text", (column) => column.notNull())
      .execute();
    const current = await currentVersion(transaction);
    refuseNewer(database, current, known);
    for (const step of steps.filter(({ version }) => version > current)) {
      await step.up(transaction);
      await transaction
        .insertInto("schema_migrations")
        .values({ version: step.version, name: step.name, applied_at: new Date().toISOString() })
        .execute();
    }
  });
}

async function currentVersion(database: Kysely<Tables>): Promise<number> {
  const { found } = await database
    .selectFrom("schema_migrations")
    .select((select) => select.fn.max("version").as("found"))
    .executeTakeFirstOrThrow();
  return found ?? 0;
}

function refuseNewer({ location }: RecordDatabase, found: number, known: number): void {
  if (found > known) throw new ModelwrightError("REGISTRY_SCHEMA_NEWER", { location, found, known });
}
