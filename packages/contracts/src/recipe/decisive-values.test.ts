import { describe, expect, test } from "vitest";
import { taskNames } from "../tasks/tasks.ts";
import { type DescribedValue, pathsOf, valueAt, withValues } from "../testing/paths.ts";
import { RECIPE_CASES } from "../testing/recipe-cases/table.ts";
import { decisiveValues } from "./decisive-values.ts";
import { parseRecipe, recipeJsonSchema } from "./parse-recipe.ts";
import type { Recipe } from "./recipe.ts";

/** Where a recipe is computed, and nothing else. */
const EVERYWHERE = {
  "train.threads": 3,
  "train.executionProvider": "webgpu",
  "train.cpuFallback": "refuse",
  "evaluate.parallel": 2,
};
/** Of the tasks that have it. */
const OF_SOME = { "train.vectorCache": false };

describe.each(taskNames)("what a recipe of %s decides", (task) => {
  const recipe = { name: "tiny", task, ...RECIPE_CASES[task].smallest };
  const { values } = pathsOf(recipeJsonSchema(task) as DescribedValue);
  const isThere = ([path]: readonly [string, unknown]) => values.includes(path);
  const elsewhere = { ...EVERYWHERE, ...Object.fromEntries(Object.entries(OF_SOME).filter(isThere)) };
  const ofTheMachine = Object.keys(elsewhere);
  const decided = (changed: Readonly<Record<string, unknown>>) =>
    decisiveValues(parseRecipe(withValues(recipe, changed)));

  test("is the whole recipe without the values that belong to the machine", () => {
    expect(values).toEqual(expect.arrayContaining(ofTheMachine));
    const whole = parseRecipe(withValues(recipe, elsewhere));
    const kept = decisiveValues(whole);
    for (const path of ofTheMachine) expect([path, valueAt(kept, path)]).toEqual([path, undefined]);
    // Put back, they make the recipe again: nothing else is left out.
    expect(withValues(kept, elsewhere)).toEqual(whole);
  });

  test("is the same on every machine, whatever it wrote", () => {
    expect(decided(elsewhere)).toEqual(decided({}));
  });

  test("differs with each of the other values", () => {
    const whole = parseRecipe(recipe);
    const kept = decisiveValues(whole);
    for (const path of values.filter((each) => each !== "task" && !ofTheMachine.includes(each))) {
      const changed = decisiveValues(withValues(whole, { [path]: "changed" }) as Recipe);
      expect([path, changed]).not.toEqual([path, kept]);
    }
  });

  test("stands in the order of the schema, which the digest of stored runs depends on", () => {
    const sections = Object.keys(recipeJsonSchema(task).properties as object);
    const whole = parseRecipe(recipe);
    const kept = sections.filter((section) => section in whole);
    expect(Object.keys(decided({}))).toEqual(kept);
    expect(kept).toEqual(expect.arrayContaining(["name", "task", "data", "model", "train", "evaluate"]));
  });
});
