import { access } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Where the files of a model lie that has an ONNX file. */
export interface OnnxPlace {
  readonly graph: string;
  /** Folders that may hold its `config.json`, `tokenizer.json` and what else describes it, the nearest first. */
  readonly folders: readonly string[];
}

/** Files of a folder, as Optimum and transformers.js name them, in the order in which they are taken. */
const GRAPH_FILES = [
  "onnx/model.onnx",
  "model.onnx",
  "onnx/model_fp16.onnx",
  "onnx/model_quantized.onnx",
  "model_quantized.onnx",
  "onnx/model_q4.onnx",
] as const;

const SUFFIX = ".onnx";

/** The ONNX file of a folder; undefined where it has none. */
export async function findGraphFile(folder: string): Promise<OnnxPlace | undefined> {
  for (const file of GRAPH_FILES) {
    if (await exists(join(folder, file))) return { graph: join(folder, file), folders: [folder] };
  }
  return undefined;
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
