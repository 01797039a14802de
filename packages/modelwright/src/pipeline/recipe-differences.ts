import { decisiveValues, type Recipe } from "@modelwright/contracts";

/** A value of a recipe that another recipe has otherwise. */
export interface RecipeDifference {
  /** `train.epochs`. */
  readonly path: string;
  /** As JSON; undefined where the recipe has no such value. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The values that two recipes decide differently, by path; those of the machine aside. */
export function recipeDifferences(before: Recipe, after: Recipe): RecipeDifference[] {
  return differences(leavesOf(decisiveValues(before)), leavesOf(decisiveValues(after)));
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RecipeDifference[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((each) => each.before !== each.after);
}

function leavesOf(value: unknown, path = "", leaves = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) leavesOf(inner, path === "" ? key : `${path}.${key}`, leaves);
  } else if (value !== undefined) leaves.set(path, JSON.stringify(value));
  return leaves;
}
