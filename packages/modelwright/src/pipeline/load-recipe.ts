import { readFile, stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import {
  type Cures,
  type ErrorDetails,
  ModelwrightError,
  parseCures,
  parseRecipe,
  type Recipe,
} from "@modelwright/contracts";
import { readYaml } from "./read-yaml.ts";
import { pathsOf } from "./recipe-facts.ts";

/** A recipe with the folder that its relative paths start from. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  /** Paths of the values that it sets, overrides included. */
  readonly sets: readonly string[];
  readonly baseDir: string;
  readonly path: string;
}

/** How each kind of recipe file becomes an object. */
const READERS: Readonly<Record<string, (file: string, path: string) => Promise<unknown>>> = {
  "": readText,
  ".yaml": readText,
  ".yml": readText,
  ".json": readText,
  ".ts": readModule,
  ".mts": readModule,
  ".js": readModule,
  ".mjs": readModule,
};

/**
 * Reads a recipe file, applies overrides and checks it.
 *
 * @param path YAML, JSON, or a TypeScript or JavaScript module whose default export is a recipe.
 * @param set Overrides by path: `{ "train.epochs": "2" }`; values are read as YAML.
 * @throws {ModelwrightError} `RECIPE_NOT_FOUND`, `RECIPE_IS_DATA`, `RECIPE_NOT_YAML`, `RECIPE_NOT_LOADED`, `RECIPE_INVALID`.
 */
export async function loadRecipe(path: string, set: Readonly<Record<string, string>> = {}): Promise<LoadedRecipe> {
  const file = resolve(path);
  const { value, parsed } = await readSettings(path, { set, parse: parseRecipe });
  return { recipe: parsed, sets: pathsOf(value), baseDir: dirname(file), path: file };
}

/**
 * Reads what should be done to a table from a file, if there is one, and overrides.
 *
 * @throws {ModelwrightError} as `loadRecipe`.
 */
export async function loadCures(path: string | undefined, set: Readonly<Record<string, string>> = {}): Promise<Cures> {
  if (path !== undefined) return (await readSettings(path, { set, parse: parseCures })).parsed;
  return checked(override({}, set), { path: "cures", set, parse: parseCures });
}

interface SettingsOptions<Settings> {
  readonly set: Readonly<Record<string, string>>;
  readonly parse: (value: unknown, path: string) => Settings;
}

async function readSettings<Settings>(
  path: string,
  options: SettingsOptions<Settings>,
): Promise<{ readonly value: unknown; readonly parsed: Settings }> {
  const file = resolve(path);
  const found = await stat(file).catch((cause: unknown) => {
    throw new ModelwrightError("RECIPE_NOT_FOUND", { path }, { cause });
  });
  const read = READERS[extname(file).toLowerCase()];
  if (found.isDirectory() || read === undefined) {
    throw new ModelwrightError("RECIPE_IS_DATA", { path, known: Object.keys(READERS).filter(Boolean) });
  }
  const value = await withSchemaFile(override(await read(file, path), options.set), { path, baseDir: dirname(file) });
  return { value, parsed: checked(value, { path, ...options }) };
}

function checked<Settings>(
  value: unknown,
  { path, set, parse }: SettingsOptions<Settings> & { readonly path: string },
): Settings {
  try {
    return parse(value, path);
  } catch (error) {
    throw blamingOverrides(error, set);
  }
}

/**
 * Puts the rules for columns that stand in a file of their own into the recipe, so that a run keeps what it was held to.
 *
 * @throws {ModelwrightError} `RECIPE_INVALID` where there is no such file, `RECIPE_NOT_YAML` naming it.
 */
async function withSchemaFile(
  value: unknown,
  recipe: { readonly path: string; readonly baseDir: string },
): Promise<unknown> {
  const named = isMapping(value) && isMapping(value["data"]) ? value["data"]["schema"] : undefined;
  if (typeof named !== "string") return value;
  const text = await readFile(resolve(recipe.baseDir, named), "utf8").catch((cause: unknown) => {
    const rule = "must hold rules for columns, or name a file of them that can be read";
    const instead = "write the path of a YAML file, relative to the recipe";
    const issue = { at: "data.schema", rule, got: JSON.stringify(named), instead };
    throw new ModelwrightError("RECIPE_INVALID", { path: recipe.path, issues: [issue] }, { cause });
  });
  return withValue(value, ["data", "schema"], readYaml(text, named));
}

/** Says of each broken rule that an override broke that it stands on the command line, not in the file. */
function blamingOverrides(error: unknown, set: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof ModelwrightError) || error.code !== "RECIPE_INVALID") return error;
  const { path, issues, ...rest } = error.details as ErrorDetails<"RECIPE_INVALID">;
  const overridden = Object.keys(set);
  const isOverridden = ({ at }: { readonly at: string }) =>
    overridden.some((key) => at === key || at.startsWith(`${key}.`) || key.startsWith(`${at}.`));
  // A rule between two values is told of one of them; the override may be the other.
  if (!issues.some(isOverridden)) {
    const told = `${path} with ${overridden.map((key) => `--set ${key}=${set[key]}`).join(" ")}`;
    return overridden.length === 0
      ? error
      : new ModelwrightError("RECIPE_INVALID", { path: told, issues, ...rest }, { cause: error });
  }
  const told = issues.map((issue) => (isOverridden(issue) ? { ...issue, at: `--set ${issue.at}` } : issue));
  return new ModelwrightError(
    "RECIPE_INVALID",
    { path: `${path} with --set`, issues: told, ...rest },
    { cause: error },
  );
}

/** Applies `a.b=c` overrides to a copy of the recipe. What is no mapping is left as it is, to be refused by the schema. */
export function override(value: unknown, set: Readonly<Record<string, string>>): unknown {
  if (value !== undefined && value !== null && !isMapping(value)) return value;
  return Object.entries(set).reduce<unknown>(
    (recipe, [path, text]) => withValue(recipe, path.split("."), readYaml(text, `--set ${path}`)),
    value ?? {},
  );
}

/** A copy of a mapping with one value changed. Keys are defined, not assigned: `__proto__` is a key like any other. */
function withValue(value: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const copy: Record<string, unknown> = isMapping(value) ? { ...value } : {};
  const next = withValue(Object.hasOwn(copy, key) ? copy[key] : undefined, rest, leaf);
  Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true });
  return copy;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readText(file: string, path: string): Promise<unknown> {
  return readYaml(await readFile(file, "utf8"), path);
}

/**
 * Loads a module. One that waits for what never comes would end the process without a word, once nothing else is left
 * to do: that moment is caught.
 */
async function readModule(file: string, path: string): Promise<unknown> {
  const notLoaded = (problem: string, cause?: unknown) =>
    new ModelwrightError("RECIPE_NOT_LOADED", { path, problem }, { cause });
  let onIdle = () => {};
  const idle = new Promise<never>((_, reject) => {
    onIdle = () => reject(notLoaded("it waits for a promise that nothing resolves"));
  });
  process.once("beforeExit", onIdle);
  try {
    const { createJiti } = await import("jiti");
    const loading = createJiti(import.meta.url).import(file, { default: true });
    return await Promise.race([loading, idle]);
  } catch (cause) {
    if (cause instanceof ModelwrightError) throw cause;
    throw notLoaded(cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    process.off("beforeExit", onIdle);
  }
}
