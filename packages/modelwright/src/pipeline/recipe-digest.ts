import { createHash } from "node:crypto";
import { decisiveValues, ModelwrightError, parseRecipe, type Recipe } from "@modelwright/contracts";

/**
 * SHA-256, in hexadecimal, of what a recipe decides wherever it is computed.
 *
 * Threads and execution provider round sums differently, but the checkpoint holds these itself, for a message that names them.
 */
export function recipeDigest(recipe: Recipe): string {
  return createHash("sha256")
    .update(canonical(decisiveValues(recipe)))
    .digest("hex");
}

/**
 * Whether a run may go on with a recipe: what it was started with decides the same.
 *
 * @param stored A recipe as it was stored, perhaps by an earlier version that had fewer values; those have their defaults.
 */
export function isSameRecipe(stored: unknown, recipe: Recipe): boolean {
  const started = storedRecipe(stored);
  return started !== undefined && recipeDigest(started) === recipeDigest(recipe);
}

/** A stored recipe as one of today's; undefined when it is none any more. */
export function storedRecipe(stored: unknown): Recipe | undefined {
  try {
    return parseRecipe(stored);
  } catch (error) {
    if (error instanceof ModelwrightError) return undefined;
    throw error;
  }
}

/** JSON that does not depend on the order in which keys were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
