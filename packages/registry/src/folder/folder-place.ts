import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { filesPlace } from "../files/files-backends.ts";
import { FILES_PARAMETERS, type FilesPlace } from "../files/files-place.ts";
import { LocalFileStore } from "../files/local-file-store.ts";
import { refuseLostRecords } from "../files/refuse-lost-records.ts";
import { makeDirectory } from "../files/sync.ts";
import type { Backend, RegistryParts, RegistryPlace, UrlFailure } from "../registry-place.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { probeFolder } from "./probe-folder.ts";

const DATABASE = "registry.db";

/** The kinds of registry that lie in one folder. */
export const FOLDER: Readonly<Record<"path" | "url", Backend>> = {
  path: { form: "the path of a folder", place: (path) => folderPlace(path) },
  url: {
    form: "file:///<path>",
    place(url, fail) {
      const directory = pathOf(url, fail);
      const { searchParams } = new URL(url);
      for (const parameter of searchParams.keys()) {
        if (["files", ...FILES_PARAMETERS].includes(parameter)) continue;
        throw fail(`it has an unknown parameter "${parameter}" (known: files, ${FILES_PARAMETERS.join(", ")})`);
      }
      if (searchParams.size === 0) return folderPlace(directory);
      const files = filesPlace(searchParams.get("files"), { parameters: searchParams, fail });
      return { ...folderPlace(directory, files), location: url };
    },
  },
};

function pathOf(url: string, fail: UrlFailure): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * A registry in a folder: records in `registry.db` (SQLite), beside it `models/`, `runs/` and `artifacts/`.
 * @param path Relative to the working directory.
 * @param elsewhere Place of models and artifacts. Default: the folder.
 */
export function folderPlace(path: string, elsewhere?: FilesPlace): RegistryPlace {
  const directory = resolve(path);
  return {
    location: directory,
    folders: [directory, ...(elsewhere?.folders ?? [])],
    migratesAtOpen: true,
    cleansAtOpen: elsewhere?.cleansAtOpen ?? true,
    open: () => openFolder(directory, elsewhere),
    async probe() {
      const found = await probeFolder(directory, DATABASE);
      const { isWritable = true } = (await elsewhere?.probe()) ?? {};
      return { ...found, isWritable: found.isWritable && isWritable };
    },
  };
}

async function openFolder(directory: string, elsewhere: FilesPlace | undefined): Promise<RegistryParts> {
  try {
    await makeDirectory(directory);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause: error });
  }
  const location = join(directory, DATABASE);
  const models = () => readdir(join(directory, "models")).catch(() => []);
  const hasRecords = async () => existsSync(location);
  await refuseLostRecords({ location, files: elsewhere ?? { location: directory, models }, hasRecords });
  await elsewhere?.prepare();
  const files = elsewhere?.store(directory) ?? new LocalFileStore(directory);
  return { database: await SqliteDatabase.open(location), files };
}
