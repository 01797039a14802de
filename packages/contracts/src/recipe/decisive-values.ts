import { TASKS } from "../tasks/tasks.ts";
import type { Recipe } from "./recipe.ts";
import { machinePaths } from "./sections/compute.ts";

/**
 * What a recipe decides wherever it is computed: the recipe without the values that belong to the machine, by path
 * (`train.threads`), in the order of the schema.
 */
export function decisiveValues(recipe: Recipe): Record<string, unknown> {
  const ofTheMachine = new Set(machinePaths(TASKS[recipe.task].recipe));
  return without(recipe as unknown as Readonly<Record<string, unknown>>, ofTheMachine, "");
}

function without(
  value: Readonly<Record<string, unknown>>,
  paths: ReadonlySet<string>,
  prefix: string,
): Record<string, unknown> {
  const kept = Object.entries(value).filter(([key]) => !paths.has(`${prefix}${key}`));
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, isMapping(inner) ? without(inner, paths, `${prefix}${key}.`) : inner]),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
