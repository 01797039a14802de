import { ModelwrightError } from "@modelwright/contracts";
import type { RecordDatabase } from "../records/record-database.ts";
import { initial } from "./0001-initial.ts";
import { runFormat } from "./0002-run-format.ts";
import type { Migration } from "./migration.ts";

/** Every step of the schema in order; a new one is added at the end. */
export const migrations: readonly Migration[] = [initial, runFormat];

/**
 * Brings a database to the newest schema, in one transaction.
 *
 * @param steps Default: all that we know.
 * @throws {ModelwrightError} `REGISTRY_SCHEMA_NEWER` when the database knows a step that we do not; nothing is changed.
 */
export async function migrate(database: RecordDatabase, steps: readonly Migration[] = migrations): Promise<void> {
  await database.write(async (transaction) => {
    await transaction.schema
      .createTable("schema_migrations")
      .ifNotExists()
      .addColumn("version", "integer", (column) => column.primaryKey().notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("applied_at", "text", (column) => column.notNull())
      .execute();
    const { found } = await transaction
      .selectFrom("schema_migrations")
      .select((select) => select.fn.max("version").as("found"))
      .executeTakeFirstOrThrow();
    const current = found ?? 0;
    const known = steps.at(-1)?.version ?? 0;
    if (current > known) {
      throw new ModelwrightError("REGISTRY_SCHEMA_NEWER", { file: database.location, found: current, known });
    }
    for (const step of steps.filter(({ version }) => version > current)) {
      await step.up(transaction);
      await transaction
        .insertInto("schema_migrations")
        .values({ version: step.version, name: step.name, applied_at: new Date().toISOString() })
        .execute();
    }
  });
}
