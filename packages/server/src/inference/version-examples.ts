import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ItemOf, type TaskName, taskSchemas } from "@modelwright/contracts";

/** More is no example to look at. */
const MOST_BYTES = 4000;

/**
 * Items that a version's folder gives to try it with, from its `examples.json`. None where the file is missing, as in
 * versions of earlier days, or is not what it should be: a version can be served without.
 */
export async function versionExamples(directory: string, task: TaskName): Promise<readonly ItemOf<TaskName>[]> {
  const trials: unknown = await readFile(join(directory, "examples.json"), "utf8")
    .then(JSON.parse)
    .catch(() => []);
  if (!Array.isArray(trials)) return [];
  const schema = taskSchemas(task).item({ maxItemBytes: MOST_BYTES });
  return trials
    .map((trial: unknown) => (typeof trial === "object" && trial !== null && "item" in trial ? trial.item : undefined))
    .filter((item): item is ItemOf<TaskName> => schema.safeParse(item).success);
}
