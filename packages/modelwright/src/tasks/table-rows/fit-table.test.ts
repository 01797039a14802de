import type { Frame } from "@modelwright/data";
import { describe, expect, test } from "vitest";
import type { FitContext } from "../task.ts";
import { fitTable } from "./fit-table.ts";
import type { TableLesson, TableProblem } from "./learner.ts";
import { dividedLesson, outOfFold } from "./lessons.ts";
import { predictParts } from "./predict-parts.ts";
import { tableLoss } from "./table-loss.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** Rows from a number on: a wave of the first column, and a category that lifts it. */
function lessonFrom(first: number, rows: number): TableLesson {
  const values = Float64Array.from({ length: rows }, (_, row) => ((first + row) * 37) % 101);
  const codes = Int32Array.from({ length: rows }, (_, row) => (first + row) % 3);
  const frame: Frame = {
    rows,
    columns: [
      { kind: "number", name: "x", values },
      { kind: "category", name: "kind", codes, categories: ["a", "b", "c"] },
    ],
  };
  return { frame, targets: { kind: "numbers", actual: values.map((x, i) => Math.sin(x / 9) * 5 + 4 * codes[i]!) } };
}

const TRAIN = {
  rounds: 10,
  trees: 20,
  bags: 3,
  leaves: 6,
  minRowsPerLeaf: 3,
  learningRate: 0.3,
  rowShare: 1,
  columnShare: 1,
  l1: 0,
  l2: 0,
  patience: 50,
  seed: 0,
  threads: 1,
};
const problemOf = (train: object, kind = "auto", features: object = {}): TableProblem => ({
  train: lessonFrom(0, 90),
  validation: lessonFrom(90, 30),
  recipe: {
    features: { kinds: {}, columns: {}, ...features },
    model: { kind, candidates: ["boosted-trees", "random-forest", "linear"], unknown: "own", monotone: {} },
    train: { ...TRAIN, ...train },
  } as unknown as TableRecipe,
});
const CONTEXT = { onProgress: () => {}, onModel: () => {}, shouldStop: () => false } as unknown as FitContext;

describe("fitTable", () => {
  test("lets the chosen models learn from the validation rows, which it has predicted before", async () => {
    const problem = problemOf({});
    const { parts, validated } = (await fitTable(problem, CONTEXT))!;
    const loss = tableLoss(problem.validation.targets);
    const lossOf = (predicted: Float64Array) => loss.overall(loss.ofRows(predicted));
    const after = await predictParts(parts, problem.validation.frame);
    expect(lossOf(after)).toBeLessThan(lossOf(validated));
    expect(parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  test("never lets a model that validation rows stop learn from them", async () => {
    const problem = problemOf({ bags: 1 });
    const { parts, validated } = (await fitTable(problem, CONTEXT))!;
    expect([...(await predictParts(parts, problem.validation.frame))]).toEqual([...validated]);
  });

  const TELLING = {
    "what suits it": {},
    "means of the target": { kinds: { category: { encode: "target" } } },
    "what trees select": { select: { by: "model", most: 2 } },
    "what is left of all": { kinds: { category: { encode: "target" } }, select: { by: "recursive", most: 2 } },
  };
  test.each(
    ["boosted-trees", "random-forest", "linear"].flatMap((kind) =>
      Object.entries(TELLING).map(([reading, features]) => ({ kind, reading, features })),
    ),
  )("asks no $kind that reads $reading about a row that it has seen", async ({ kind, features }) => {
    const problem = problemOf({}, kind, features);
    const { LEARNERS } = await import("./learners.ts");
    const learner = LEARNERS[kind as keyof typeof LEARNERS];
    const changed = Float64Array.from(problem.train.targets.actual, (value, row) => (row === 7 ? value + 1e4 : value));
    const train = { ...problem.train, targets: { kind: "numbers", actual: changed } } as const;
    const context = { onProgress: () => {}, shouldStop: () => false, wantsOutOfFold: true };
    const before = (await learner.fit(problem, context))!.outOfFold!;
    const after = (await learner.fit({ ...problem, train }, context))!.outOfFold!;
    expect(before.length).toBe(90);
    // A row that is learnt by heart would move by thousands; what stops boosting may be a round more or less.
    expect(Math.abs(after[7]! - before[7]!)).toBeLessThan(20);
    expect(Math.max(...after.map((value, row) => Math.abs(value - before[row]!)))).toBeGreaterThan(50);
  });
});

test("parts of a lesson hold each row once, and their predictions go back to its place", () => {
  const lesson = lessonFrom(0, 50);
  const parts = dividedLesson(lesson, { parts: 4, seed: 1 });
  const predicted = parts.map(({ held }) => Float64Array.from(held.targets.actual));
  expect([...outOfFold(parts, predicted)]).toEqual([...lesson.targets.actual]);
  for (const { train, held } of parts) expect(train.frame.rows + held.frame.rows).toBe(50);
});
