import { parseRecipe, type Recipes } from "@modelwright/contracts";
import { type Frame, seededRandom } from "@modelwright/data";
import { describe, expect, test } from "vitest";
import { learnFeatures } from "../table-rows/learn-features.ts";
import type { TableLesson, TableProblem } from "../table-rows/learner.ts";
import { LEARNERS } from "../table-rows/learners.ts";
import { learningRows } from "../table-rows/learning-rows.ts";
import { dividedLesson } from "../table-rows/lessons.ts";
import { balancedProblem } from "./balance.ts";

const LABELS = ["common", "rare"];
const ROWS = 120;

/** Rows that do not tell their label: a fifth is rare, by chance alone. */
function noise(first: number, rows: number, rare = 5): TableLesson {
  const random = seededRandom(first, 11);
  const drawn = () => Float64Array.from({ length: rows }, () => random.below(10_000) / 100);
  const frame: Frame = {
    rows,
    columns: [
      { kind: "number", name: "x", values: drawn().map((value, row) => (row % 9 === 0 ? Number.NaN : value)) },
      { kind: "number", name: "y", values: drawn() },
      {
        kind: "category",
        name: "c",
        codes: Int32Array.from({ length: rows }, () => random.below(3)),
        categories: ["a", "b", "c"],
      },
    ],
  };
  const actual = Int32Array.from({ length: rows }, (_, row) => Number(row % rare === 0));
  return { frame, targets: { kind: "classes", classes: 2, actual } };
}

function recipeWith(train: object): Recipes["tabular-classification"] {
  return parseRecipe({
    name: "t",
    task: "tabular-classification",
    data: { source: "t.csv" },
    train: { rounds: 60, patience: 60, trees: 40, bags: 4, minRowsPerLeaf: 1, threads: 1, epochs: 2, ...train },
  }) as Recipes["tabular-classification"];
}

function problemOf(train: object, rare = 5): TableProblem {
  const recipe = recipeWith(train);
  const problem = { train: noise(0, ROWS, rare), validation: noise(1, 40, rare), recipe };
  return balancedProblem(problem, { train: recipe.train, labels: LABELS }).problem;
}

const context = { onProgress: () => {}, shouldStop: () => false, wantsOutOfFold: true };

describe.each(["over", "under", "smote"] as const)("resample: %s", (resample) => {
  const problem = problemOf({ resample });

  test("gives labels as many rows to learn from, and leaves those alone that a model is held against", async () => {
    const wish = { recipe: problem.recipe, shouldStop: () => false };
    const features = await learnFeatures(problem.train, { ...wish, preset: "forTrees" });
    const { targets, rows, weights, numbers } = await learningRows(features, problem.train, wish);
    const rare = Array.from(targets.actual).filter((label) => label === 1).length;
    expect([rows, rare]).toEqual([{ over: 192, under: 48, smote: 192 }[resample], rows / 2]);
    expect(numbers.length).toBe(rows * features.features.length);
    expect(weights).toBeUndefined();
    const [part] = dividedLesson(problem.train, { parts: 4, seed: 1 });
    expect(part!.held.frame.rows).toBe(30);
    expect(part!.held.weights!.filter((weight) => weight > 1)).toHaveLength(6);
  });

  test.each(["boosted-trees", "random-forest", "linear"] as const)(
    "no row tells a %s about itself by what was made of it",
    async (kind) => {
      const { outOfFold } = (await LEARNERS[kind].fit(problem, context))!;
      // Nothing can be told of noise; copies of a row among those that were learnt from would tell it.
      const ofRare = Array.from({ length: ROWS }, (_, row) => outOfFold![2 * row + 1]!);
      const right = ofRare.filter((_, row) => row % 5 === 0);
      const wrong = ofRare.filter((_, row) => row % 5 !== 0);
      const ahead = right.map((own) => wrong.filter((other) => other < own).length / wrong.length);
      const auc = ahead.reduce((sum, share) => sum + share, 0) / ahead.length;
      expect(auc).toBeLessThan(0.68);
    },
  );
});

test("weights let labels count the same, and rows stay as many", () => {
  const { train } = problemOf({ classWeights: "balanced" });
  const sums = [0, 0];
  for (const [row, label] of train.targets.actual.entries()) sums[label]! += train.weights![row]!;
  expect(sums[0]).toBeCloseTo(sums[1]!, 10);
  expect(train.resample).toBeUndefined();
});

test("it is said what was done", () => {
  const recipe = recipeWith({ resample: "smote" });
  const problem = { train: noise(0, ROWS), validation: noise(1, 40), recipe };
  expect(balancedProblem(problem, { train: recipe.train, labels: LABELS }).words).toEqual([
    "labels count the same: as many rows of each, those of rarer labels made by SMOTE between a row and one of its 5 nearest (training rows: common 96, rare 24)",
  ]);
});

describe("SMOTE with too few rows of a label", () => {
  // 120 rows, of which every 20th is rare: 6; a model of four parts learns from 4 of them.
  test("is refused, with how many it needs", () => {
    expect(() => problemOf({ resample: "smote" }, 20)).toThrow(
      'train.resample: smote: "rare" has 6 rows to learn from; with 5 neighbours of each it needs 8',
    );
  });

  test("needs as many as the parts leave", async () => {
    const problem = problemOf({ resample: "smote", smoteNeighbours: 3 }, 20);
    expect(await LEARNERS["boosted-trees"].fit(problem, context)).toBeDefined();
    expect(problemOf({ resample: "smote", bags: 1 }, 20).train.resample!.neighbours).toBe(5);
  });
});
