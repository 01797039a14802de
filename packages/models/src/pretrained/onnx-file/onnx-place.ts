import { access, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";

/** Where the files of a model lie that has an ONNX file. */
export interface OnnxPlace {
  readonly graph: string;
  /** Folders that may hold its `config.json`, `tokenizer.json` and what else describes it, the nearest first. */
  readonly folders: readonly string[];
}

/** Files of a folder, as Optimum and transformers.js name them, in the order in which they are taken. */
export const GRAPH_FILES: readonly string[] = [
  "onnx/model.onnx",
  "model.onnx",
  "onnx/model_fp16.onnx",
  "onnx/model_quantized.onnx",
  "model_quantized.onnx",
  "onnx/model_q4.onnx",
];

const SUFFIX = ".onnx";
const MAX_SHOWN = 10;

/** The ONNX file of a folder; undefined where it has none. */
export async function findGraphFile(folder: string): Promise<OnnxPlace | undefined> {
  for (const file of GRAPH_FILES) {
    if (await exists(join(folder, file))) return { graph: join(folder, file), folders: [folder] };
  }
  return undefined;
}

/**
 * The place of the ONNX file of a folder that was named by its path inside.
 *
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` where it is not there.
 */
export async function graphIn(folder: string, file: string): Promise<OnnxPlace> {
  const graph = join(folder, file);
  if (await exists(graph)) return { graph, folders: [...new Set([dirname(graph), folder])] };
  const found = (await readdir(folder, { recursive: true })).filter(isGraphFile).sort();
  const there = found.length === 0 ? "no ONNX file at all" : found.slice(0, MAX_SHOWN).join(", ");
  throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
    path: folder,
    problem: `it has no ${file}; there is ${there}`,
    instead: "Name a file that is there, or leave model.file out.",
  });
}

/** The place of an ONNX file that was named: what describes it lies beside it, or around a folder `onnx`. */
export function placeOfGraph(graph: string): OnnxPlace {
  const folder = dirname(graph);
  return { graph, folders: basename(folder) === "onnx" ? [folder, dirname(folder)] : [folder] };
}

/** Whether a path is one of an ONNX file, by its name. */
export function isGraphFile(path: string): boolean {
  return path.toLowerCase().endsWith(SUFFIX);
}

/** The first of some folders that has a file; undefined where none has. */
export async function folderWith(folders: readonly string[], file: string): Promise<string | undefined> {
  for (const folder of folders) if (await exists(join(folder, file))) return folder;
  return undefined;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
