import { expect, test } from "vitest";
import { parseRecipe } from "../parse-recipe.ts";

const refusal = (evaluate: object, split: object = {}) => {
  try {
    parseRecipe({ name: "t", task: "tabular-regression", data: { source: "t.csv", split }, evaluate });
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

test("repeats are for folds that chance divides", () => {
  expect(refusal({ folds: 5, repeats: 3 })).toBeUndefined();
  expect(refusal({ repeats: 3 })).toMatch(/evaluate\.repeats: is of no use without evaluate\.folds.*write folds: 5/s);
  expect(refusal({ folds: "leave-one-out", repeats: 2 })).toMatch(/the same folds with folds: leave-one-out/);
  expect(refusal({ folds: 5, repeats: 2 }, { by: "time", column: "when" })).toMatch(/with data\.split\.by: time/);
});
