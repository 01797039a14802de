import type { Recipes } from "@modelwright/contracts";

/** Recipes of the tasks that read tables. */
export type TableRecipe = Recipes["tabular-classification"] | Recipes["tabular-regression"];
