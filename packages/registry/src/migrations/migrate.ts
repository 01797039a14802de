import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import { initial } from "./0001-initial.ts";
import { runFormat } from "./0002-run-format.ts";
import { runSources } from "./0003-run-sources.ts";
import { accessKeys } from "./0004-access-keys.ts";
import { predictions } from "./0005-predictions.ts";
import { feedback } from "./0006-feedback.ts";
import { traffic } from "./0007-traffic.ts";
import { leases } from "./0008-leases.ts";
import { alerts } from "./0009-alerts.ts";
import { audit } from "./0010-audit.ts";
import { annotations } from "./0011-annotations.ts";
import type { Migration } from "./migration.ts";

/** Every step of the schema in order; a new one is added at the end. */
export const migrations: readonly Migration[] = [
  initial,
  runFormat,
  runSources,
  accessKeys,
  predictions,
  feedback,
  traffic,
  leases,
  alerts,
  audit,
  annotations,
];

/** What became of a database's schema, or would. */
export interface SchemaChange {
  /** The schema's version before; 0 where there was none. */
  readonly from: number;
  readonly to: number;
  /** Names of the steps between; none where it was the newest already. */
  readonly steps: readonly string[];
  /** Where a copy of the records lies, as they were before. Absent where nothing was changed, or nothing was there. */
  readonly copy?: string;
}

/**
 * The steps that a database lacks.
 * @throws {ModelwrightError} `REGISTRY_SCHEMA_NEWER` when the database knows a step that we do not.
 */
export async function missingSteps(
  database: RecordDatabase,
  steps: readonly Migration[] = migrations,
): Promise<SchemaChange> {
  const { found, missing } = await database.read((kysely) => compare(database, kysely, steps));
  return { from: found, to: missing.at(-1)?.version ?? found, steps: missing.map(({ name }) => name) };
}

/**
 * Brings a database to the newest schema, in one transaction; before the first step of one that holds records, they are
 * copied.
 *
 * @param steps Default: all that we know.
 * @throws {ModelwrightError} `REGISTRY_SCHEMA_NEWER`, `REGISTRY_READ_ONLY`; nothing is changed.
 */
export function migrate(database: RecordDatabase, steps: readonly Migration[] = migrations): Promise<SchemaChange> {
  return database.write(async (transaction) => {
    const { found, missing } = await compare(database, transaction, steps);
    const [first] = missing;
    if (first === undefined) return { from: found, to: found, steps: [] };
    const copy = found === 0 ? undefined : await database.keepCopy(transaction, `before-${first.version}`);
    if (found === 0) await createList(database, transaction);
    for (const step of missing) {
      await step.up(transaction, database.dialect);
      await transaction
        .insertInto("schema_migrations")
        .values({ version: step.version, name: step.name, applied_at: new Date().toISOString() })
        .execute();
    }
    const change = { from: found, to: missing.at(-1)!.version, steps: missing.map(({ name }) => name) };
    return { ...change, ...(copy !== undefined && { copy }) };
  });
}

async function createList({ dialect }: RecordDatabase, transaction: Parameters<RecordDatabase["keepCopy"]>[0]) {
  await dialect.prepare(transaction);
  await transaction.schema
    .createTable("schema_migrations")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.primaryKey().notNull())
    .addColumn("name", dialect.text, (column) => column.notNull())
    .addColumn("applied_at", dialect.text, (column) => column.notNull())
    .execute();
}

/** The version of a database's schema, and the steps beyond it. */
async function compare(
  { dialect, location }: RecordDatabase,
  kysely: Kysely<Tables>,
  steps: readonly Migration[],
): Promise<{ readonly found: number; readonly missing: readonly Migration[] }> {
  const found = (await dialect.hasTable(kysely, "schema_migrations")) ? await currentVersion(kysely) : 0;
  const known = steps.at(-1)?.version ?? 0;
  if (found > known) throw new ModelwrightError("REGISTRY_SCHEMA_NEWER", { location, found, known });
  return { found, missing: steps.filter(({ version }) => version > found) };
}

/** The version of a schema that is there. */
export async function currentVersion(database: Kysely<Tables>): Promise<number> {
  const { found } = await database
    .selectFrom("schema_migrations")
    .select((select) => select.fn.max("version").as("found"))
    .executeTakeFirstOrThrow();
  return found ?? 0;
}
