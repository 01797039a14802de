import { z } from "zod";
import { closestName } from "../closest-name.ts";
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

interface RecipeIssue {
  readonly at: string;
  readonly rule: string;
  readonly got: string;
  readonly instead: string;
}

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
  const schema = head.success ? jsonSchemaOf(head.data.task) : {};
  throw new ModelwrightError("RECIPE_INVALID", {
    path,
    issues: result.error.issues.map((issue) => describe(issue, { value, schema })),
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

function jsonSchemaOf(task: TaskName): Record<string, unknown> {
  return z.toJSONSchema(recipeSchema(task), { io: "input" });
}

function describe(
  issue: z.core.$ZodIssue,
  { value: root, schema }: { readonly value: unknown; readonly schema: Record<string, unknown> },
): RecipeIssue {
  const at = issue.path.length === 0 ? "(top level)" : issue.path.join(".");
  const got = show(
    issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root),
  );
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    const [key] = issue.keys;
    return {
      at: [...issue.path, key].join("."),
      rule: "not a recipe key",
      got: issue.keys.map((name) => `"${name}"`).join(", "),
      instead: `write ${nearest(key ?? "", known)}`,
    };
  }
  return { at, rule: issue.message.replace(/^Invalid input: /, ""), got, instead: remedy(issue, at) };
}

function remedy(issue: z.core.$ZodIssue, at: string): string {
  if (issue.code === "invalid_value") return `write ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  if (issue.code === "custom" && issue.params !== undefined) return String(issue.params["instead"]);
  if (at === "name") return "write for example mail-triage";
  if (issue.code === "too_small") return `write ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  if (issue.code === "too_big") return `write ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
  if (issue.code === "not_multiple_of") return `write a multiple of ${issue.divisor}`;
  if (issue.code === "invalid_type")
    return `write ${issue.expected === "object" ? "a mapping (key: value)" : `a value of type ${issue.expected}`}`;
  return "see the schema";
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function knownKeys(root: Record<string, unknown>, path: readonly PropertyKey[]): string[] {
  let schema: { properties?: Record<string, object>; additionalProperties?: object } = root;
  for (const key of path)
    schema = (schema.properties?.[String(key)] ?? schema.additionalProperties ?? {}) as typeof schema;
  return Object.keys(schema.properties ?? {});
}

function nearest(key: string, known: readonly string[]): string {
  const best = closestName(key, known);
  return best === undefined ? `one of ${known.map((name) => `"${name}"`).join(", ")}` : `"${best}"`;
}
