import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { ModelwrightError, parseRecipe, type Recipe } from "@modelwright/contracts";
import { LineCounter, parseDocument } from "yaml";
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
const READERS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  ".yaml": readYaml,
  ".yml": readYaml,
  ".json": readYaml,
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
 * @throws {ModelwrightError} `RECIPE_NOT_FOUND`, `RECIPE_NOT_YAML`, `RECIPE_NOT_LOADED`, `RECIPE_INVALID`.
 */
export async function loadRecipe(path: string, set: Readonly<Record<string, string>> = {}): Promise<LoadedRecipe> {
  const file = resolve(path);
  const read = READERS[extname(file)] ?? readYaml;
  const value = override(await read(file), set);
  return { recipe: parseRecipe(value, path), sets: pathsOf(value), baseDir: dirname(file), path: file };
}

/** Applies `a.b=c` overrides to a copy of the recipe. What is no mapping is left as it is, to be refused by the schema. */
export function override(value: unknown, set: Readonly<Record<string, string>>): unknown {
  if (value !== undefined && value !== null && !isMapping(value)) return value;
  return Object.entries(set).reduce<unknown>(
    (recipe, [path, text]) => withValue(recipe, path.split("."), parseDocument(text).toJS()),
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

async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ModelwrightError("RECIPE_NOT_FOUND", { path }, { cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ModelwrightError(
      "RECIPE_NOT_YAML",
      { path, line, column: col, problem: error.message },
      { cause: error },
    );
  }
  return document.toJS();
}

async function readModule(path: string): Promise<unknown> {
  // Looked up first, because a module that is missing and one that imports a missing module fail alike.
  await readFile(path).catch((cause: unknown) => {
    throw new ModelwrightError("RECIPE_NOT_FOUND", { path }, { cause });
  });
  const { createJiti } = await import("jiti");
  return createJiti(import.meta.url)
    .import(path, { default: true })
    .catch((cause: unknown) => {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new ModelwrightError("RECIPE_NOT_LOADED", { path, problem }, { cause });
    });
}
