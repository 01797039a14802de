import { join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { makeDirectory } from "../files/sync.ts";
import { migrate } from "../migrations/migrate.ts";
import type { Registry } from "../registry.ts";
import { SqlRegistry } from "../sql-registry.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

/**
 * Opens the registry in a folder, and makes it when there is none: records in `registry.db` (SQLite), beside it
 * `models/`, `runs/` and `artifacts/`.
 *
 * What killed processes left half done is removed.
 *
 * @param options.directory Normally `<project>/.modelwright`.
 * @throws {ModelwrightError} `REGISTRY_DIRECTORY_INVALID`, `REGISTRY_DATABASE_FAILED`, `REGISTRY_SCHEMA_NEWER`,
 *   `REGISTRY_BUSY`.
 */
export async function openRegistry(options: { readonly directory: string }): Promise<Registry> {
  const directory = resolve(options.directory);
  try {
    await makeDirectory(directory);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause: error });
  }
  const database = await SqliteDatabase.open(join(directory, "registry.db"));
  try {
    await migrate(database);
    const registry = new SqlRegistry(directory, database);
    await registry.clean();
    return registry;
  } catch (error) {
    await database.close();
    throw error;
  }
}
