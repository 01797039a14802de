import type { Recipe } from "@modelwright/contracts";
import { STAGES } from "../../tasks/tasks.ts";
import { columns } from "../../wording/columns.ts";
import { counted } from "../../wording/quantities.ts";

/** What a run will do, defaults included, in the few lines that decide the result. */
export function describeRecipe(recipe: Recipe): string[] {
  const lines = STAGES[recipe.task].describe(recipe);
  const gates = Object.entries(recipe.evaluate.gates).map(([metric, { min, max }]) =>
    [min === undefined ? "" : `${metric} ≥ ${min}`, max === undefined ? "" : `${metric} ≤ ${max}`]
      .filter(Boolean)
      .join(" and "),
  );
  const { folds, repeats = 1 } = recipe.evaluate;
  if (folds !== undefined) {
    const divided = folds === "leave-one-out" ? "each row left out once" : counted(folds, "fold");
    lines.push([
      "cross-validated",
      `${divided}${repeats === 1 ? "" : `, ${repeats} times anew`}, before the version is trained`,
    ]);
  }
  if (gates.length > 0) lines.push(["gates", gates.join(", ")]);
  return columns(lines, "  ");
}
