import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { describeTable } from "./describe-table.ts";
import type { TableRecipe } from "./table-recipe.ts";

const namesOf = (model: Record<string, unknown>) => {
  const recipe = parseRecipe({
    name: "churn",
    task: "tabular-classification",
    data: { source: "churn.csv", columns: { label: "churn" } },
    model,
  });
  return describeTable(recipe as TableRecipe, { stratified: "by label" }).map(([name]) => name);
};

test("what is not trained has no line", () => {
  const around = (...lines: string[]) => ["data", "split", "features", "model", ...lines, "evaluated"];
  expect(namesOf({})).toEqual(around("boosting", "stops early", "forest"));
  expect(namesOf({ kind: "network" })).toEqual(around("network"));
  expect(namesOf({ kind: "linear" })).toEqual(around());
  expect(namesOf({ candidates: ["random-forest", "network"] })).toEqual(around("forest", "network"));
});
