import { z } from "zod";
import { closestName } from "../closest-name.ts";
import { ModelwrightError } from "../errors/modelwright-error.ts";
import { type Recipe, type RecipeInput, recipeSchema, resolveRecipe } from "./recipe.ts";

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
 * @throws {ModelwrightError} `RECIPE_INVALID` with one issue per broken rule.
 */
export function parseRecipe(value: unknown, path = "recipe"): Recipe {
  const result = recipeSchema.safeParse(value);
  if (result.success) return resolveRecipe(result.data);
  throw new ModelwrightError("RECIPE_INVALID", {
    path,
    issues: result.error.issues.map((issue) => describe(issue, value)),
  });
}

/** Gives a recipe written in TypeScript its type; checked when it is used. */
export function defineRecipe(recipe: RecipeInput): RecipeInput {
  return recipe;
}

/** The schema of a recipe file for editors, JSON Schema 2020-12. */
export function recipeJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(recipeSchema, { io: "input" }) as Record<string, unknown>;
}

function describe(issue: z.core.$ZodIssue, root: unknown): RecipeIssue {
  const at = issue.path.length === 0 ? "(top level)" : issue.path.join(".");
  const got = show(
    issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root),
  );
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(issue.path);
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
  if (issue.code === "invalid_type")
    return `write ${issue.expected === "object" ? "a mapping (key: value)" : `a value of type ${issue.expected}`}`;
  return "see the schema";
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema = recipeJsonSchema() as { properties?: Record<string, object> };
  for (const key of path) schema = (schema.properties?.[String(key)] ?? {}) as typeof schema;
  return Object.keys(schema.properties ?? {});
}

function nearest(key: string, known: readonly string[]): string {
  const best = closestName(key, known);
  return best === undefined ? `one of ${known.map((name) => `"${name}"`).join(", ")}` : `"${best}"`;
}
