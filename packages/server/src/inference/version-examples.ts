import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TextItem } from "@modelwright/contracts";

/** More is no example to look at. */
const MOST_CHARACTERS = 2000;

/**
 * Items that a version's folder gives to try it with, from its `examples.json`. None where the file is missing, as in
 * versions of earlier days, or is not what it should be: a version can be served without.
 */
export async function versionExamples(directory: string): Promise<readonly TextItem[]> {
  const trials: unknown = await readFile(join(directory, "examples.json"), "utf8")
    .then(JSON.parse)
    .catch(() => []);
  if (!Array.isArray(trials)) return [];
  return trials
    .map((trial: unknown) => (typeof trial === "object" && trial !== null && "item" in trial ? trial.item : undefined))
    .filter((item) => isItem(item))
    .filter((item) => textsOf(item).every((text) => text.length <= MOST_CHARACTERS));
}

function isItem(item: unknown): item is TextItem {
  if (typeof item === "string") return true;
  const { text, second } = typeof item === "object" && item !== null ? (item as Record<string, unknown>) : {};
  return typeof text === "string" && typeof second === "string";
}

function textsOf(item: TextItem): readonly string[] {
  return typeof item === "string" ? [item] : [item.text, item.second];
}
