import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { foreignModel } from "./foreign-formats.ts";
import { digestOf } from "./hugging-face/read-weights.ts";
import { readSentenceModel } from "./hugging-face/sentence-transformers.ts";
import { hasWeights, weightFiles } from "./hugging-face/weight-files.ts";
import { findGraphFile, isGraphFile } from "./onnx-file/onnx-place.ts";
import { readGraph } from "./onnx-file/read-graph.ts";
import type { ReadFolder } from "./pretrained-model.ts";

/** How a path begins that cannot be taken for a name. */
const PATH = /^(\.{1,2}$|\.{1,2}[\\/]|[\\/]|~$|~[\\/]|[A-Za-z]:[\\/])/;

/** What a reference to this machine leads to. */
interface LocalPlace {
  readonly path: string;
  readonly kind: "folder" | "graph" | "file" | "missing";
}

/**
 * Where a reference leads on this machine: it is written as a path, ends in `.onnx`, or names a folder beside the recipe. Undefined for
 * any other, which may be one to the hub.
 */
async function localPlace(reference: string, baseDir: string): Promise<LocalPlace | undefined> {
  if (reference === "") return undefined;
  const path = pathOf(reference, baseDir);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return { path, kind: "folder" };
  if (isGraphFile(path)) return { path, kind: found?.isFile() ? "graph" : "missing" };
  if (found?.isFile() && (PATH.test(reference) || foreignModel(path) !== undefined)) return { path, kind: "file" };
  return PATH.test(reference) ? { path, kind: "missing" } : undefined;
}

/**
 * The model in a folder or an ONNX file: of a reference that is written as a path, or that lies beside the recipe.
 *
 * @param options.baseDir Relative paths start here.
 * @param options.read Reads a folder.
 * @param options.readGraph Reads an ONNX file. Default: such a path is refused.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` for a path that leads nowhere; otherwise as `read` and `readGraph`.
 */
export async function findLocal<Model>(
  reference: string,
  options: {
    readonly baseDir: string;
    readonly read: ReadFolder<Model>;
    readonly readGraph?: ReadFolder<Model> | undefined;
  },
): Promise<Model | undefined> {
  const { baseDir, read, readGraph } = options;
  const place = await localPlace(reference, baseDir);
  if (place === undefined) return undefined;
  const { path, kind } = place;
  if (kind === "folder") return read(path, reference);
  if (kind === "graph" && readGraph !== undefined) return readGraph(path, reference);
  const toName = `Name a folder${readGraph === undefined ? "" : " or an .onnx file"}; a relative path starts where the recipe lies.`;
  if (kind === "file") {
    const { what = "a file, and no model that is read", instead = toName } = foreignModel(path) ?? {};
    throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", { path: reference, problem: `it is ${what}`, instead });
  }
  throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
    path: reference,
    problem:
      kind === "graph"
        ? "it is an ONNX file, and a language model is read from a folder of config.json and model.safetensors"
        : `there is no ${isGraphFile(path) ? "file" : "folder"} ${path}`,
    instead: toName,
  });
}

/** Whether a reference leads to this machine and not to the hub, whether or not there is something. */
export async function isLocal(reference: string, baseDir: string): Promise<boolean> {
  return (await localPlace(reference, baseDir)) !== undefined;
}

/**
 * SHA-256 of the weights to which a reference leads on this machine, in hexadecimal: of a folder, those that are loaded, with those of the
 * modules behind the pooling; of an ONNX file, it and the data beside it. Undefined for a reference to anything else, and where there are
 * none that can be read.
 *
 * @param file The ONNX file of a folder, as `model.file` of a recipe names it. Default: none is named.
 */
export async function localDigest(reference: string, baseDir: string, file?: string): Promise<string | undefined> {
  const place = await localPlace(reference, baseDir);
  if (place === undefined || place.kind === "missing" || place.kind === "file") return undefined;
  const graph = place.kind === "graph" ? place.path : file && join(place.path, file);
  const digest = graph === undefined ? folderDigest(place.path) : graphDigest(graph);
  // What is wrong with a model is told where it is loaded.
  return digest.catch(() => undefined);
}

async function folderDigest(folder: string): Promise<string> {
  const graph = (await hasWeights(folder)) ? undefined : await findGraphFile(folder);
  if (graph !== undefined) return graphDigest(graph.graph);
  const modules = (await readSentenceModel(folder))?.dense ?? [];
  const files = await Promise.all([folder, ...modules.map((module) => module.folder)].map(weightFiles));
  return digestOf(files.flat());
}

async function graphDigest(file: string): Promise<string> {
  return (await readGraph(file)).sha256;
}

/** A path of a recipe as a whole one; `~` is the home of who runs it. */
export function pathOf(reference: string, baseDir: string): string {
  return resolve(
    baseDir,
    reference.replace(/^~(?=$|[\\/])/, () => homedir()),
  );
}
