import type { Recipe } from "@modelwright/contracts";
import { STAGES } from "../../tasks/tasks.ts";
import { columns } from "../../wording/columns.ts";

/** What a run will do, defaults included, in the few lines that decide the result. */
export function describeRecipe(recipe: Recipe): string[] {
  const lines = STAGES[recipe.task].describe(recipe);
  const gates = Object.entries(recipe.evaluate.gates).map(([metric, { min, max }]) =>
    [min === undefined ? "" : `${metric} ≥ ${min}`, max === undefined ? "" : `${metric} ≤ ${max}`]
      .filter(Boolean)
      .join(" and "),
  );
  if (gates.length > 0) lines.push(["gates", gates.join(", ")]);
  return columns(lines, "  ");
}
