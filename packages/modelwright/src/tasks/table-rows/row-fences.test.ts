import { parseRecipe } from "@modelwright/contracts";
import type { Frame } from "@modelwright/data";
import { describe, expect, test } from "vitest";
import type { TableLesson } from "./learner.ts";
import { learningProblem } from "./learning-problem.ts";
import { checkRowFences } from "./row-fences.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** Ten rows, of which one has a far x, another a far target and one no x. */
function lesson(far: { readonly x: number; readonly target: number }): TableLesson {
  const x = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, far.x, Number.NaN);
  const frame: Frame = {
    rows: 10,
    columns: [
      { kind: "number", name: "x", values: x },
      { kind: "category", name: "c", codes: new Int32Array(10).map((_, i) => i % 2), categories: ["a", "b"] },
    ],
  };
  const actual = Float64Array.of(1, 2, 3, 4, 5, 6, 7, far.target, 8, 9);
  return { frame, targets: { kind: "numbers", actual } };
}

const recipeWith = (outliers: object): TableRecipe =>
  parseRecipe({
    name: "t",
    task: "tabular-regression",
    data: { source: "t.csv", columns: { target: "price" }, clean: { outliers } },
  }) as TableRecipe;

describe("training rows with far values", () => {
  const train = lesson({ x: 500, target: -900 });
  const validation = lesson({ x: 600, target: 7 });

  test("leave, by the columns that the model reads", () => {
    const { problem, words, warnings } = learningProblem(recipeWith({}), { train, validation }, "price");
    expect(problem.train.frame.rows).toBe(9);
    expect([...problem.train.targets.actual]).toEqual([1, 2, 3, 4, 5, 6, 7, -900, 9]);
    expect(words).toEqual(["1 of 10 training rows left, with values far from the others: x 1"]);
    expect(warnings).toEqual([]);
  });

  test("leave by what is predicted where the recipe names it", () => {
    const recipe = recipeWith({ columns: ["price", "x"] });
    const { problem, words, warnings } = learningProblem(recipe, { train, validation }, "price");
    expect([...problem.train.targets.actual]).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
    expect(words).toEqual(["2 of 10 training rows left, with values far from the others: price 1, x 1"]);
    expect(warnings[0]).toContain("20.0 % of the training rows left");
  });

  test("never leave where they stop and choose; what is learnt of them in the end is fenced as the training rows", () => {
    const { problem } = learningProblem(recipeWith({}), { train, validation }, "price");
    expect(problem.validation).toBe(validation);
    expect(problem.learnable!.frame.rows).toBe(9);
  });

  test("are refused to leave none", () => {
    const recipe = recipeWith({ by: "z-score", beyond: 1e-9, columns: ["price"] });
    expect(() => learningProblem(recipe, { train, validation }, "price")).toThrow(
      "data.clean.outliers: must leave training rows, and leaves 0 of 10; a larger beyond leaves more",
    );
  });

  test.each([
    [["y"], 'data.clean.outliers.columns: "y": must name a column of numbers or dates: x, price'],
    [["c"], 'data.clean.outliers.columns: "c": is for columns of numbers and dates; "c" is one of the kind category'],
  ])("%j is refused", (columns, message) => {
    expect(() => checkRowFences(train.frame, { by: "iqr", columns }, "price")).toThrow(message);
  });
});
