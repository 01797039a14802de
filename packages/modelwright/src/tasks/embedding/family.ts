import { embeddingFamily, similarityFamily } from "@modelwright/evaluation";
import type { ExamplesName } from "./example-rows.ts";

/** How vectors are measured by rows of a kind: scored pairs by correlation, all others by searches. */
export function familyOf(examples: ExamplesName): typeof embeddingFamily {
  return examples === "scores" ? similarityFamily : embeddingFamily;
}
