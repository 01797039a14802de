import { createHash } from "node:crypto";
import type { Recipe } from "@modelwright/contracts";

/**
 * SHA-256, in hexadecimal, of what a recipe decides wherever it is computed: a run resumes only with a recipe of its digest.
 *
 * Threads and execution provider round sums differently, but the checkpoint holds these itself, for a message that names them.
 */
export function recipeDigest({ train, ...recipe }: Recipe): string {
  const { threads, executionProvider, cpuFallback, ...decisive } = train;
  return createHash("sha256")
    .update(JSON.stringify({ ...recipe, train: decisive }))
    .digest("hex");
}
