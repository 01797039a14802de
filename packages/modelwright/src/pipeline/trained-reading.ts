import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError, parseRecipe, type Recipe } from "@modelwright/contracts";
import type { TrainedReading } from "../tasks/task.ts";

/**
 * How a stored version read its training data, by the recipe in its folder.
 *
 * @returns No columns for a version without a recipe, or with one that this release does not read.
 */
export async function trainedReading(directory: string): Promise<TrainedReading> {
  const text = await readFile(join(directory, "recipe.json"), "utf8").catch(() => undefined);
  const recipe = text === undefined ? undefined : recipeIn(text);
  if (recipe === undefined) return { columns: {} };
  if (!("columns" in recipe.data)) {
    return { columns: {}, ...("lineEnds" in recipe.data ? { lineEnds: recipe.data.lineEnds } : {}) };
  }
  const { columns } = recipe.data;
  const separator = "labelSeparator" in recipe.data ? recipe.data.labelSeparator : undefined;
  return { columns: { ...columns }, ...(separator === undefined ? {} : { labelSeparator: separator }) };
}

function recipeIn(text: string): Recipe | undefined {
  try {
    return parseRecipe(JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ModelwrightError) return undefined;
    throw error;
  }
}
