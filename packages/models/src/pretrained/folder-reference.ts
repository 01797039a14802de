import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { ReadFolder } from "./pretrained-model.ts";

/** How a path begins that cannot be taken for a name. */
const PATH = /^(\.{1,2}$|\.{1,2}[\\/]|[\\/]|~$|~[\\/]|[A-Za-z]:[\\/])/;

/**
 * The model in a folder: of a reference that is written as a path, or that is a folder beside the recipe.
 *
 * @param baseDir Relative paths start here.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` for a path that leads to no folder; otherwise as `read`.
 */
export async function findFolder<Model>(
  reference: string,
  { baseDir, read }: { readonly baseDir: string; readonly read: ReadFolder<Model> },
): Promise<Model | undefined> {
  if (reference === "") return undefined;
  const folder = pathOf(reference, baseDir);
  if (await isFolder(folder)) return read(folder, reference);
  if (!PATH.test(reference)) return undefined;
  throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
    path: reference,
    problem: `there is no folder ${folder}`,
    instead: "Name a folder; a relative path starts where the recipe lies.",
  });
}

/** Whether a reference that has the form of a name is a folder beside the recipe. */
export async function isFolderReference(reference: string, baseDir: string): Promise<boolean> {
  return reference !== "" && isFolder(pathOf(reference, baseDir));
}

function pathOf(reference: string, baseDir: string): string {
  return resolve(
    baseDir,
    reference.replace(/^~(?=$|[\\/])/, () => homedir()),
  );
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
