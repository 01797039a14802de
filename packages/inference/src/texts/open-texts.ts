import type { ManifestOf, TaskName } from "@modelwright/contracts";
import { loadTokenizer, type TextTokenizer } from "@modelwright/data";
import type { Session } from "@modelwright/engine";
import { type OpenOptions, openVersion, readJson } from "../open-version.ts";

/** A version that reads texts. */
export interface OpenedTexts<Manifest> {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly session: Session;
  /** The graph's file. */
  readonly file: string;
  readonly tokenizer: TextTokenizer;
}

/**
 * Opens the graph and the tokenizer of a version.
 *
 * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
 * @param options.graph As `openVersion`.
 * @throws {ModelwrightError} As `openVersion`.
 */
export async function openTexts<Task extends TaskName>(
  directory: string,
  task: Task,
  options: OpenOptions = {},
): Promise<OpenedTexts<ManifestOf<Task>>> {
  const version = await openVersion(directory, task, options);
  try {
    const tokenizer = loadTokenizer((await readJson(directory, "tokenizer.json", options)) as object);
    return { ...version, tokenizer };
  } catch (error) {
    version.session.release();
    throw error;
  }
}
