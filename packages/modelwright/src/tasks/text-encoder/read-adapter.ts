import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { readSafetensors } from "@modelwright/models";
import type { SavedAdapter } from "@modelwright/training";

/** The names of PEFT's files. */
export const ADAPTER_FILES = { config: "adapter_config.json", tensors: "adapter_model.safetensors" } as const;

const INSTEAD = `Name the folder in model.adapter that holds ${ADAPTER_FILES.config} and ${ADAPTER_FILES.tensors}, such as adapter/ of a version; a relative path starts where the recipe lies.`;

/**
 * Reads an adapter from the folder of PEFT's files.
 *
 * @param folder As the recipe writes it: relative to its own folder.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` for a file that is missing; `MODEL_ADAPTER_UNFIT` for one that is no adapter's;
 * `MODEL_WEIGHTS_INVALID`.
 */
export async function readAdapter(folder: string, { baseDir }: { readonly baseDir: string }): Promise<SavedAdapter> {
  const path = resolve(baseDir, folder);
  const bytes = async (name: string) => {
    const file = join(path, name);
    return readFile(file).catch((cause: unknown) => {
      const { code } = cause as NodeJS.ErrnoException;
      const problem = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
      throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", { path: file, problem, instead: INSTEAD }, { cause });
    });
  };
  const config = parsed(join(path, ADAPTER_FILES.config), await bytes(ADAPTER_FILES.config));
  const { tensors } = readSafetensors(await bytes(ADAPTER_FILES.tensors), join(path, ADAPTER_FILES.tensors));
  return { config, tensors, file: path };
}

function parsed(file: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw unfit(file, "it is JSON", "something else", cause);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unfit(file, "it is an object", JSON.stringify(value));
}

function unfit(file: string, rule: string, got: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("MODEL_ADAPTER_UNFIT", { file, rule, got }, { cause });
}
