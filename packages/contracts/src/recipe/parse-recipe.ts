import { z } from "zod";
import { ModelwrightError } from "../errors/modelwright-error.ts";
import { type TaskName, taskNames } from "../tasks/tasks.ts";
import {
  checkRecipe,
  type Recipe,
  type RecipeInput,
  type RecipeInputs,
  type Recipes,
  recipeSchema,
  taskSchema,
} from "./recipe.ts";
import { type RecipeJsonSchema, recipeIssue } from "./recipe-issue.ts";

/**
 * Checks a recipe and fills in its defaults.
 *
 * @param value The parsed YAML, or the object given to the SDK.
 * @param path Named in error messages; the recipe file, or "recipe".
 * @throws {ModelwrightError} `RECIPE_INVALID` with one issue per broken rule; without a known task, of the task alone.
 */
export function parseRecipe<Task extends TaskName>(
  value: { readonly task: Task } & RecipeInputs[NoInfer<Task>],
  path?: string,
): Recipes[Task];
export function parseRecipe(value: unknown, path?: string): Recipe;
export function parseRecipe(value: unknown, path = "recipe"): Recipe {
  const head = taskSchema.safeParse(value);
  const result = head.success ? checkRecipe(head.data.task, value) : head;
  if (result.success) return result.data;
  const schema = (head.success ? jsonSchemaOf(head.data.task) : {}) as RecipeJsonSchema;
  throw new ModelwrightError("RECIPE_INVALID", {
    path,
    issues: result.error.issues.map((issue) => recipeIssue(issue, { value, schema })),
  });
}

/** Gives a recipe written in TypeScript its type; checked when it is used. */
export function defineRecipe(recipe: RecipeInput): RecipeInput {
  return recipe;
}

/** The schema of a recipe file for editors, JSON Schema 2020-12: of one task, or of a recipe of any. */
export function recipeJsonSchema(task?: TaskName): Record<string, unknown> {
  if (task !== undefined) return jsonSchemaOf(task);
  const anyTask = z.union(taskNames.map(recipeSchema));
  return z.toJSONSchema(anyTask, { io: "input" });
}

const jsonSchemas = new Map<TaskName, Record<string, unknown>>();

function jsonSchemaOf(task: TaskName): Record<string, unknown> {
  const known = jsonSchemas.get(task) ?? z.toJSONSchema(recipeSchema(task), { io: "input" });
  jsonSchemas.set(task, known);
  return known;
}
