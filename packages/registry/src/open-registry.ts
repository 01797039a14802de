import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { registryPlace } from "./backends.ts";
import { folderPlace } from "./folder/folder-place.ts";
import { migrate, migrations, missingSteps, type SchemaChange } from "./migrations/migrate.ts";
import type { Registry } from "./registry.ts";
import type { RegistryParts, RegistryPlace, RegistryUrl } from "./registry-place.ts";
import { SqlRegistry } from "./sql-registry.ts";

export interface OpenOptions {
  /** Called when a registry of an older Modelwright was brought to the newest schema. */
  readonly onMigrated?: (change: SchemaChange) => void;
}

/**
 * Opens a registry, and makes it when there is none.
 *
 * In a folder it keeps records in `registry.db` (SQLite), beside it `models/`, `runs/` and `artifacts/`; one of an older
 * schema is copied to `registry.db.before-<step>` and brought to the newest. At `postgres://…?files=…` the records are in
 * that database, and versions and artifacts in a folder or at `s3://<bucket>/<prefix>`; one of an older schema is refused
 * until `migrateRegistry` was called. What killed processes left half done in a folder is removed. A registry that cannot be written is
 * opened for reading.
 *
 * @param place `file:///…`, `postgres://…`, or the path of a folder, relative to the working directory; normally
 *   `<project>/.modelwright`. As an option `directory` it is a path, whatever it looks like.
 * @throws {ModelwrightError} `REGISTRY_URL_UNSUPPORTED`, `REGISTRY_VARIABLE_MISSING`, `REGISTRY_DIRECTORY_INVALID`,
 *   `REGISTRY_DATABASE_FAILED`, `REGISTRY_UNREACHABLE`, `REGISTRY_RECORDS_MISSING`, `REGISTRY_SCHEMA_NEWER`,
 *   `REGISTRY_SCHEMA_OLDER`, `REGISTRY_BUSY`, `PEER_MISSING`, and `REGISTRY_READ_ONLY` for one that is not there, or of an
 *   older schema, and cannot be written.
 * @example
 * const registry = await openRegistry("file:///srv/models");
 */
export async function openRegistry(
  place: RegistryUrl | { readonly directory: string },
  { onMigrated }: OpenOptions = {},
): Promise<Registry> {
  const isFolder = typeof place === "object" && "directory" in place;
  return openParts(isFolder ? folderPlace(place.directory) : registryPlace(place), async (parts, found) => {
    const change = await prepareSchema(parts, found);
    if (change !== undefined && change.from > 0 && change.steps.length > 0) onMigrated?.(change);
    const url = isFolder ? pathToFileURL(resolve(place.directory)).href : String(place);
    const registry = new SqlRegistry({ location: found.location, url, ...parts });
    if (found.cleansAtOpen) await registry.clean();
    return registry;
  });
}

/**
 * Brings a registry to the newest schema, after a copy of its records was made; once for all who use it.
 *
 * @param options.dryRun True changes nothing and says what would be done. Default: false.
 * @throws {ModelwrightError} What `openRegistry` throws.
 */
export async function migrateRegistry(
  url: RegistryUrl,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<SchemaChange> {
  const place = registryPlace(url);
  if (dryRun && !(await place.probe()).exists) {
    return { from: 0, to: migrations.length, steps: migrations.map(({ name }) => name) };
  }
  return openParts(place, async ({ database }) => {
    const change = await (dryRun ? missingSteps(database) : migrate(database));
    await database.close();
    return change;
  });
}

/** Opens what is at a place; when `use` fails it is closed. */
export async function openParts<T>(
  place: RegistryPlace,
  use: (parts: RegistryParts, place: RegistryPlace) => Promise<T>,
): Promise<T> {
  const parts = await place.open();
  try {
    return await use(parts, place);
  } catch (error) {
    await parts.database.close();
    throw error;
  }
}

/** Makes the tables where there are none; whether older ones are changed, the place decides. */
async function prepareSchema(
  { database }: RegistryParts,
  { location, migratesAtOpen }: RegistryPlace,
): Promise<SchemaChange | undefined> {
  const { from, to, steps } = await missingSteps(database);
  if (steps.length === 0) return undefined;
  if (from > 0 && !migratesAtOpen) {
    throw new ModelwrightError("REGISTRY_SCHEMA_OLDER", { location, found: from, known: to });
  }
  return migrate(database);
}
