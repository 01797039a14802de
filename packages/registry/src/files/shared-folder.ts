import { constants, existsSync } from "node:fs";
import { access, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { FilesPlace } from "./files-place.ts";
import { LocalFileStore } from "./local-file-store.ts";
import { makeDirectory } from "./sync.ts";

/** Files in a folder that all who use the registry reach; its records are elsewhere. */
export function sharedFolder(directory: string): FilesPlace {
  return {
    location: directory,
    folders: [directory],
    cleansAtOpen: true,
    prepare: async () => ({ isReadOnly: await prepare(directory) }),
    models: () => readdir(join(directory, "models")).catch(() => []),
    async probe() {
      const isThere = existsSync(directory);
      const isReadOnly = await prepare(directory);
      if (!isThere) await rmdir(directory);
      return { isWritable: !isReadOnly };
    },
    store: (local) => new LocalFileStore(directory, { local }),
  };
}

/** @returns Whether the folder can only be read. */
async function prepare(directory: string): Promise<boolean> {
  const refuse = (problem: string, cause?: unknown) =>
    new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause });
  try {
    await makeDirectory(directory);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (existsSync(join(directory, "registry.db")))
    throw refuse("registry.db in it shows that it is a registry of its own");
  return access(directory, constants.W_OK).then(
    () => false,
    () => true,
  );
}
