import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Recipe } from "@modelwright/contracts";
import { json, type VersionFiles } from "../tasks/version-files.ts";

/**
 * Writes the files of a version that do not depend on its number, and its recipe.
 *
 * @param directory Made anew.
 */
export async function stageVersion(directory: string, files: VersionFiles, recipe: Recipe): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const all: VersionFiles = { ...files, "recipe.json": json(recipe) };
  for (const [path, content] of Object.entries(all)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "function" ? content() : content);
  }
}
