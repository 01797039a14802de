import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { digestOf } from "./hugging-face/read-weights.ts";
import { weightFiles } from "./hugging-face/weight-files.ts";
import { isGraphFile } from "./onnx-file/onnx-place.ts";
import type { ReadFolder } from "./pretrained-model.ts";

/** How a path begins that cannot be taken for a name. */
const PATH = /^(\.{1,2}$|\.{1,2}[\\/]|[\\/]|~$|~[\\/]|[A-Za-z]:[\\/])/;

/**
 * The model in a folder or an ONNX file: of a reference that is written as a path, or that lies beside the recipe.
 *
 * @param options.baseDir Relative paths start here.
 * @param options.read Reads a folder.
 * @param options.readGraph Reads an ONNX file. Default: such a path is refused.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` for a path that leads nowhere; otherwise as `read` and `readGraph`.
 */
export async function findFolder<Model>(
  reference: string,
  options: {
    readonly baseDir: string;
    readonly read: ReadFolder<Model>;
    readonly readGraph?: ReadFolder<Model> | undefined;
  },
): Promise<Model | undefined> {
  const { baseDir, read, readGraph } = options;
  if (reference === "") return undefined;
  const path = pathOf(reference, baseDir);
  if (await isFolder(path)) return read(path, reference);
  const isGraph = readGraph !== undefined && isGraphFile(path);
  if (isGraph && (await isFile(path))) return readGraph(path, reference);
  if (!PATH.test(reference) && !isGraph) return undefined;
  throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
    path: reference,
    problem: `there is no ${isGraph ? "file" : "folder"} ${path}`,
    instead: `Name a folder${readGraph === undefined ? "" : " or an .onnx file"}; a relative path starts where the recipe lies.`,
  });
}

/** Whether a reference that has the form of a name is a folder beside the recipe. */
export async function isFolderReference(reference: string, baseDir: string): Promise<boolean> {
  return reference !== "" && isFolder(pathOf(reference, baseDir));
}

/**
 * SHA-256 of the weights in the folder of a reference, in hexadecimal; undefined for a reference to anything else, and where there are none
 * that can be read.
 */
export async function folderDigest(reference: string, baseDir: string): Promise<string | undefined> {
  if (!(await isFolderReference(reference, baseDir))) return undefined;
  // What is wrong with a folder is told where it is loaded.
  return weightFiles(pathOf(reference, baseDir))
    .then(digestOf)
    .catch(() => undefined);
}

/** A path of a recipe as a whole one; `~` is the home of who runs it. */
export function pathOf(reference: string, baseDir: string): string {
  return resolve(
    baseDir,
    reference.replace(/^~(?=$|[\\/])/, () => homedir()),
  );
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
