import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { ModelwrightError, parseRecipe, type Recipe } from "@modelwright/contracts";
import { createJiti } from "jiti";
import { LineCounter, parseDocument } from "yaml";

/** A recipe with the folder that its relative paths start from. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
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
 * @throws {ModelwrightError} `RECIPE_NOT_FOUND`, `RECIPE_NOT_YAML`, `RECIPE_INVALID`.
 */
export async function loadRecipe(path: string, set: Readonly<Record<string, string>> = {}): Promise<LoadedRecipe> {
  const file = resolve(path);
  const read = READERS[extname(file)] ?? readYaml;
  const value = override(await read(file), set);
  return { recipe: parseRecipe(value, path), baseDir: dirname(file), path: file };
}

/** Applies `a.b=c` overrides to a copy of the recipe. */
export function override(value: unknown, set: Readonly<Record<string, string>>): unknown {
  const result: unknown = structuredClone(value ?? {});
  for (const [path, text] of Object.entries(set)) {
    const keys = path.split(".");
    let target = result as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
      const next = Object.hasOwn(target, key) ? target[key] : undefined;
      const inner = typeof next === "object" && next !== null ? (next as Record<string, unknown>) : {};
      Object.defineProperty(target, key, { value: inner, enumerable: true, configurable: true, writable: true });
      target = inner;
    }
    const leaf = { value: parseDocument(text).toJS() as unknown, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(target, keys.at(-1)!, leaf);
  }
  return result;
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
    throw new ModelwrightError("RECIPE_NOT_YAML", { path, line, column: col, problem: error.message }, { cause: error });
  }
  return document.toJS();
}

async function readModule(path: string): Promise<unknown> {
  // Looked up first, because a module that is missing and one that imports a missing module fail alike.
  await readFile(path).catch((cause: unknown) => {
    throw new ModelwrightError("RECIPE_NOT_FOUND", { path }, { cause });
  });
  return createJiti(import.meta.url).import(path, { default: true });
}
