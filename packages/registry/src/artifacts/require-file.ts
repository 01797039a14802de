import { open } from "node:fs/promises";
import { ModelwrightError } from "@modelwright/contracts";

/**
 * Refuses what cannot be read as a file.
 *
 * @param name Names the artifact in the error.
 * @throws {ModelwrightError} `REGISTRY_ARTIFACT_UNREADABLE`.
 */
export async function requireFile(name: string, path: string): Promise<void> {
  let problem: string;
  try {
    const handle = await open(path, "r");
    const isFile = (await handle.stat()).isFile();
    await handle.close();
    if (isFile) return;
    problem = "it is not a file";
  } catch (error) {
    throw new ModelwrightError(
      "REGISTRY_ARTIFACT_UNREADABLE",
      { name, path, problem: (error as NodeJS.ErrnoException).code ?? String(error) },
      { cause: error },
    );
  }
  throw new ModelwrightError("REGISTRY_ARTIFACT_UNREADABLE", { name, path, problem });
}
