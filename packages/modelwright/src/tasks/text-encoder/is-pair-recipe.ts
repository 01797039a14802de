import { taskSchemas } from "@modelwright/contracts";
import type { RoleColumns } from "@modelwright/data";
import type { EncoderRecipe } from "./text-encoder-recipe.ts";

/** Whether a recipe says something of two texts together. */
export function isPairRecipe({ task, data }: EncoderRecipe): boolean {
  if (task === undefined || data === undefined) return false;
  // To tasks whose items are texts a second column is another text, not the other half of one item.
  const takesPairs = taskSchemas(task).item({ maxItemBytes: 1 }).safeParse({ text: "", second: "" }).success;
  return takesPairs && (data.columns as RoleColumns).second !== undefined;
}
