import type { RecipeFact } from "@modelwright/evaluation";

/** The paths that a recipe's writer set, overrides included: `train.epochs`. Lists count as one value. */
export function pathsOf(value: unknown): string[] {
  return leaves(value).map(({ path }) => path);
}

/**
 * The values of a recipe as lines `train.epochs: 3`, each marked by who set it.
 *
 * @param set As `pathsOf` gives them for what the recipe's writer wrote. Default: the writer set everything.
 */
export function recipeFacts(recipe: object, set?: readonly string[]): RecipeFact[] {
  const written = new Set(set);
  return leaves(recipe).map(({ path, value }) => ({
    name: path,
    value: Array.isArray(value) ? value.join(", ") : String(value),
    isDefault: set !== undefined && !written.has(path),
  }));
}

interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}
