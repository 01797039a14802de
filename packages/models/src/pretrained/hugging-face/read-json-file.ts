import { readFile, stat } from "node:fs/promises";
import { ModelwrightError } from "@modelwright/contracts";

/** Far beyond what vocabularies of published models take. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * The value in a JSON file of a model; undefined where there is no such file.
 *
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` for a file that cannot be read, is too large, or is not JSON.
 */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readTextFile(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidFile(file, "must be JSON", cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** As `readJsonFile`, for a file of text. */
export async function readTextFile(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw invalidFile(file, `must have at most ${MAX_BYTES} bytes`, `${size}`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    if (cause instanceof ModelwrightError) throw cause;
    if (isMissing(cause)) return undefined;
    throw invalidFile(file, "must be a file of UTF-8", cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}

function invalidFile(file: string, rule: string, got: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("MODEL_CONFIG_INVALID", { file, field: "the file", rule, got }, { cause });
}
