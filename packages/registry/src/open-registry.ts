import { join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { LocalFileStore } from "./files/local-file-store.ts";
import { refuseLostRecords } from "./files/refuse-lost-records.ts";
import { makeDirectory } from "./files/sync.ts";
import { migrate } from "./migrations/migrate.ts";
import type { Registry } from "./registry.ts";
import { type RegistryUrl, registryFolder } from "./registry-url.ts";
import { SqlRegistry } from "./sql-registry.ts";
import { SqliteDatabase } from "./sqlite/sqlite-database.ts";

/**
 * Opens a registry, and makes it when there is none.
 *
 * In a folder it keeps records in `registry.db` (SQLite), beside it `models/`, `runs/` and `artifacts/`. What killed
 * processes left half done is removed. A folder that cannot be written is opened for reading.
 *
 * @param place `file:///…`, or the path of a folder, relative to the working directory; normally `<project>/.modelwright`.
 *   As an option `directory` it is a path, whatever it looks like.
 * @throws {ModelwrightError} `REGISTRY_URL_UNSUPPORTED`, `REGISTRY_DIRECTORY_INVALID`, `REGISTRY_DATABASE_FAILED`,
 *   `REGISTRY_RECORDS_MISSING`, `REGISTRY_SCHEMA_NEWER`, `REGISTRY_BUSY`, and `REGISTRY_READ_ONLY` for one of an older
 *   schema that cannot be written.
 * @example
 * const registry = await openRegistry("file:///srv/models");
 */
export async function openRegistry(place: RegistryUrl | { readonly directory: string }): Promise<Registry> {
  const isFolder = typeof place === "object" && "directory" in place;
  return openFolder(isFolder ? resolve(place.directory) : registryFolder(place));
}

/** @param directory Absolute. */
async function openFolder(directory: string): Promise<Registry> {
  try {
    await makeDirectory(directory);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause: error });
  }
  const file = join(directory, "registry.db");
  await refuseLostRecords(directory, file);
  const database = await SqliteDatabase.open(file);
  try {
    await migrate(database);
    const registry = new SqlRegistry({ location: directory, database, files: new LocalFileStore(directory) });
    await registry.clean();
    return registry;
  } catch (error) {
    await database.close();
    throw error;
  }
}
