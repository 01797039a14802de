import { access, rename, rm, writeFile } from "node:fs/promises";
import { ModelwrightError } from "@modelwright/contracts";

/**
 * Refuses files that exist, before any work is done.
 *
 * @throws {ModelwrightError} `CLI_OUTPUT_EXISTS`.
 */
export async function checkDocuments(paths: readonly string[], force: boolean): Promise<void> {
  for (const path of force ? [] : paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
  }
}

/**
 * Writes a whole file: it is complete or absent.
 *
 * @throws {ModelwrightError} `CLI_OUTPUT_UNWRITABLE`.
 */
export async function writeDocument(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished-${process.pid}`;
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path, problem }, { cause });
  }
}
