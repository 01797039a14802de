import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** More is no example to look at. */
const MOST_CHARACTERS = 2000;

/**
 * Items that a version's folder gives to try it with, from its `examples.json`. None where the file is missing, as in
 * versions of earlier days, or is not what it should be: a version can be served without.
 */
export async function versionExamples(directory: string): Promise<readonly string[]> {
  const trials: unknown = await readFile(join(directory, "examples.json"), "utf8")
    .then(JSON.parse)
    .catch(() => []);
  if (!Array.isArray(trials)) return [];
  return trials
    .map((trial: unknown) => (typeof trial === "object" && trial !== null && "item" in trial ? trial.item : undefined))
    .filter((item) => typeof item === "string" && item.length <= MOST_CHARACTERS)
    .map(String);
}
