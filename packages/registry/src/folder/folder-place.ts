import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { LocalFileStore } from "../files/local-file-store.ts";
import { refuseLostRecords } from "../files/refuse-lost-records.ts";
import { makeDirectory } from "../files/sync.ts";
import type { Backend, RegistryParts, RegistryPlace } from "../registry-place.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { probeFolder } from "./probe-folder.ts";

const DATABASE = "registry.db";

/** The kinds of registry that lie in one folder. */
export const FOLDER: Readonly<Record<"path" | "url", Backend>> = {
  path: { form: "the path of a folder", place: (path) => folderPlace(path) },
  url: {
    form: "file:///<path>",
    place(url, fail) {
      try {
        return folderPlace(fileURLToPath(url));
      } catch (cause) {
        throw fail(cause instanceof Error ? cause.message : String(cause), cause);
      }
    },
  },
};

/**
 * A registry in a folder: records in `registry.db` (SQLite), beside it `models/`, `runs/` and `artifacts/`.
 * @param path Relative to the working directory.
 */
export function folderPlace(path: string): RegistryPlace {
  const directory = resolve(path);
  return {
    location: directory,
    folders: [directory],
    migratesAtOpen: true,
    open: () => openFolder(directory),
    probe: () => probeFolder(directory, DATABASE),
  };
}

async function openFolder(directory: string): Promise<RegistryParts> {
  try {
    await makeDirectory(directory);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause: error });
  }
  const location = join(directory, DATABASE);
  await refuseLostRecords({ location, folder: directory, hasRecords: async () => existsSync(location) });
  return { database: await SqliteDatabase.open(location), files: new LocalFileStore(directory) };
}
