import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Recipe } from "@modelwright/contracts";

/**
 * Writes the files of a version that do not depend on its number, and its recipe.
 *
 * @param directory Made anew.
 */
export async function stageVersion(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  recipe: Recipe,
): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (const [path, content] of Object.entries({ ...files, "recipe.json": json(recipe) })) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
