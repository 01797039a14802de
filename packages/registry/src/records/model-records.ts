import { type ModelManifest, ModelwrightError, nearestTo } from "@modelwright/contracts";
import type { Kysely, Transaction } from "kysely";
import { removeAnnotations } from "../annotations/subject.ts";
import { removeArchived, requireInUse, selectArchived } from "../archive/select-archived.ts";
import type { VersionKey } from "../files/file-store.ts";
import type { ModelReference } from "../names/model-reference.ts";
import { requireOutOfTraffic } from "../traffic/require-out-of-traffic.ts";
import { readVersion, type StoredVersion } from "./read-version.ts";
import type { ModelRecord } from "./record.ts";
import type { RecordDatabase } from "./record-database.ts";
import type { Tables } from "./tables.ts";
import { type Reading, readable, requireReadable, type UnreadableRecord, unreadableOf } from "./unreadable-record.ts";

/** The rows of `registered_models` and `model_versions`. */
export class ModelRecords {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  get(key: VersionKey): Promise<StoredVersion> {
    return this.#database.read((database) => getVersion(database, key));
  }

  resolve(reference: ModelReference): Promise<StoredVersion> {
    return this.#database.read((database) => resolveVersion(database, reference));
  }

  list(name: string): Promise<StoredVersion[]> {
    return this.#database.read(async (database) => {
      await requireModel(database, name);
      return readable(await selectVersions(database, { name }));
    });
  }

  /** Versions of every model that cannot be read. */
  async unreadable(): Promise<UnreadableRecord[]> {
    return this.#database.read(async (database) => unreadableOf(await selectVersions(database)));
  }

  /**
   * Numbers are never given twice and moves never forgotten, and what is put away last has the newest time, so that each
   * change makes one of these another.
   */
  revision(): Promise<string> {
    return this.#database.read(async (database) => {
      const { given, there, moves, divided, away, lastAway } = await database
        .selectNoFrom((select) => [
          select
            .selectFrom("registered_models")
            .select(({ fn }) => fn.sum("last_version").as("n"))
            .as("given"),
          select
            .selectFrom("model_versions")
            .select(({ fn }) => fn.countAll().as("n"))
            .as("there"),
          select
            .selectFrom("alias_moves")
            .select(({ fn }) => fn.countAll().as("n"))
            .as("moves"),
          select
            .selectFrom("traffic_changes")
            .select(({ fn }) => fn.countAll().as("n"))
            .as("divided"),
          select
            .selectFrom("archive")
            .select(({ fn }) => fn.countAll().as("n"))
            .as("away"),
          select
            .selectFrom("archive")
            .select(({ fn }) => fn.max("at").as("at"))
            .as("lastAway"),
        ])
        .executeTakeFirstOrThrow();
      return [given ?? 0, there, moves, divided, away, lastAway ?? ""].join(".");
    });
  }

  async listModels(): Promise<ModelRecord[]> {
    return this.#database.read(async (database) => {
      const models = await database.selectFrom("registered_models").selectAll().orderBy("name").execute();
      const versions = await database.selectFrom("model_versions").select(["model", "version"]).execute();
      const aliases = await database.selectFrom("model_aliases").selectAll().orderBy("alias").execute();
      const archive = await selectArchived(database);
      return models.map((model) => {
        const { name } = model;
        const numbers = versions.filter(({ model }) => model === name).map(({ version }) => version);
        const inUse = numbers.filter((version) => archive.version(name, version) === undefined);
        const archived = archive.model(name);
        const own = aliases.filter((row) => row.model === name);
        return {
          name,
          createdAt: model.created_at,
          versions: numbers.length,
          ...(inUse.length > 0 && { latestVersion: Math.max(...inUse) }),
          aliases: Object.fromEntries(own.map((row) => [row.alias, row.version])),
          ...(archived !== undefined && { archived }),
        };
      });
    });
  }
}

/** Greatest version number ever given to a model, 0 when it has none. */
export async function lastVersion(database: Kysely<Tables>, name: string): Promise<number> {
  const row = await database
    .selectFrom("registered_models")
    .select("last_version")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.last_version ?? 0;
}

export async function insertVersion(
  transaction: Transaction<Tables>,
  version: { readonly manifest: ModelManifest; readonly manifestSha256: string; readonly createdAt: string },
): Promise<void> {
  const { manifest, manifestSha256, createdAt } = version;
  await transaction
    .insertInto("registered_models")
    .values({ name: manifest.name, created_at: createdAt, last_version: manifest.version })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ last_version: manifest.version }))
    .execute();
  await transaction
    .insertInto("model_versions")
    .values({
      model: manifest.name,
      version: manifest.version,
      run_id: manifest.runId,
      manifest_json: JSON.stringify(manifest),
      manifest_sha256: manifestSha256,
      created_at: createdAt,
    })
    .execute();
}

/**
 * Deletes a version's row.
 * @throws {ModelwrightError} `REGISTRY_VERSION_UNKNOWN`, `REGISTRY_VERSION_ALIASED`, `REGISTRY_VERSION_IN_TRAFFIC`.
 */
export async function removeVersion(transaction: Transaction<Tables>, { name, version }: VersionKey): Promise<void> {
  // Of an unreadable version as well: deleting is what one may want to do with it.
  await requireVersion(transaction, { name, version });
  await requireUnaliased(transaction, { name, version }, "deleted");
  await requireOutOfTraffic(transaction, { name, version }, "deleted");
  await removeAnnotations(transaction, { model: name, version });
  await removeArchived(transaction, { model: name, version });
  await transaction.deleteFrom("model_versions").where("model", "=", name).where("version", "=", version).execute();
}

/** @throws {ModelwrightError} `REGISTRY_VERSION_ALIASED`. */
export async function requireUnaliased(
  database: Kysely<Tables>,
  { name, version }: VersionKey,
  change: "deleted" | "archived",
): Promise<void> {
  const pointing = database.selectFrom("model_aliases").select("alias").where("model", "=", name);
  const aliases = (await pointing.where("version", "=", version).orderBy("alias").execute()).map(({ alias }) => alias);
  if (aliases.length > 0) throw new ModelwrightError("REGISTRY_VERSION_ALIASED", { name, version, aliases, change });
}

/**
 * Only that there is such a version: it may be unreadable.
 * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`.
 */
export async function requireVersion(database: Kysely<Tables>, { name, version }: VersionKey): Promise<void> {
  await requireModel(database, name);
  if (!(await hasVersion(database, { name, version }))) await refuseVersion(database, name, version);
}

export async function hasVersion(database: Kysely<Tables>, { name, version }: VersionKey): Promise<boolean> {
  const row = await database
    .selectFrom("model_versions")
    .select("version")
    .where("model", "=", name)
    .where("version", "=", version)
    .executeTakeFirst();
  return row !== undefined;
}

/** @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`, `REGISTRY_RECORD_UNREADABLE`. */
export async function getVersion(database: Kysely<Tables>, { name, version }: VersionKey): Promise<StoredVersion> {
  await requireModel(database, name);
  const [found] = await selectVersions(database, { name, version });
  return found === undefined ? refuseVersion(database, name, version) : requireReadable(found);
}

/** @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN` */
export async function requireModel(database: Kysely<Tables>, name: string): Promise<void> {
  const names = (await database.selectFrom("registered_models").select("name").orderBy("name").execute()).map(
    (row) => row.name,
  );
  if (names.includes(name)) return;
  throw new ModelwrightError("REGISTRY_MODEL_UNKNOWN", { name, ...nearestTo(name, names), known: names });
}

/** @throws {ModelwrightError} `REGISTRY_ALIAS_UNKNOWN` */
export async function aliasTarget(database: Kysely<Tables>, name: string, alias: string): Promise<number> {
  const rows = await database
    .selectFrom("model_aliases")
    .selectAll()
    .where("model", "=", name)
    .orderBy("alias")
    .execute();
  const found = rows.find((row) => row.alias === alias);
  if (found !== undefined) return found.version;
  const known = rows.map((row) => row.alias);
  throw new ModelwrightError("REGISTRY_ALIAS_UNKNOWN", { name, alias, ...nearestTo(alias, known), known });
}

async function resolveVersion(database: Kysely<Tables>, reference: ModelReference): Promise<StoredVersion> {
  const { name } = reference;
  await requireModel(database, name);
  switch (reference.kind) {
    case "version":
      return getVersion(database, { name, version: reference.version });
    case "alias":
      return getVersion(database, { name, version: await aliasTarget(database, name, reference.alias) });
    case "latest":
      return getVersion(database, { name, version: await latestVersion(database, name) });
    case "default": {
      const champion = await database
        .selectFrom("model_aliases")
        .select("version")
        .where("model", "=", name)
        .where("alias", "=", "champion")
        .executeTakeFirst();
      const version = champion?.version ?? (await latestVersion(database, name));
      return getVersion(database, { name, version });
    }
  }
}

/** The latest that is not put away. */
async function latestVersion(database: Kysely<Tables>, name: string): Promise<number> {
  const rows = await database
    .selectFrom("model_versions")
    .select("version")
    .where("model", "=", name)
    .orderBy("version", "desc")
    .execute();
  const archive = await selectArchived(database, name);
  const found = rows.find(({ version }) => archive.version(name, version) === undefined);
  if (found !== undefined) return found.version;
  if (rows[0] !== undefined) requireInUse(archive.version(name, rows[0].version));
  return refuseVersion(database, name, "latest");
}

async function refuseVersion(database: Kysely<Tables>, name: string, version: number | "latest"): Promise<never> {
  const rows = await database
    .selectFrom("model_versions")
    .select("version")
    .where("model", "=", name)
    .orderBy("version")
    .execute();
  throw new ModelwrightError("REGISTRY_VERSION_UNKNOWN", { name, version, known: rows.map((row) => row.version) });
}

/** Versions by model, then number: of every model, of one, or one alone. */
async function selectVersions(
  database: Kysely<Tables>,
  { name, version }: Partial<VersionKey> = {},
): Promise<Reading<StoredVersion>[]> {
  const rows = await database
    .selectFrom("model_versions")
    .selectAll()
    .$if(name !== undefined, (query) => query.where("model", "=", name ?? ""))
    .$if(version !== undefined, (query) => query.where("version", "=", version ?? 0))
    .orderBy("model")
    .orderBy("version")
    .execute();
  const aliases = await database
    .selectFrom("model_aliases")
    .selectAll()
    .$if(name !== undefined, (query) => query.where("model", "=", name ?? ""))
    .orderBy("alias")
    .execute();
  const archive = await selectArchived(database, name);
  return rows.map((row) => {
    const own = aliases.filter(({ model, version: target }) => model === row.model && target === row.version);
    return readVersion(row, {
      aliases: own.map(({ alias }) => alias),
      archived: archive.version(row.model, row.version),
    });
  });
}
