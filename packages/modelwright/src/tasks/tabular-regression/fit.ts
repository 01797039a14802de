import type { Recipes } from "@modelwright/contracts";
import { type FittedTable, fitTable } from "../table-rows/fit-table.ts";
import type { TableLesson } from "../table-rows/learner.ts";
import { learningProblem } from "../table-rows/learning-problem.ts";
import { fitInterval, type NumberInterval } from "../table-rows/number-interval.ts";
import type { FitContext, LearningPart } from "../task.ts";
import { type NumberTable, targetsOf } from "./rows.ts";

/** A model that predicts a number for a row, and between which two it lies. */
export interface FittedTableRegressor extends FittedTable {
  readonly interval: NumberInterval;
  /** Rows that the interval was held to. */
  readonly intervalRows: number;
  /** Of the training rows. */
  readonly range: { readonly minimum: number; readonly maximum: number; readonly mean: number };
  /** What became of the training rows, in words. */
  readonly rows: readonly string[];
}

/** Fits the model that the recipe names, or the best blend of all, by squared error, and the interval. */
export async function fitTableRegressor(
  recipe: Recipes["tabular-regression"],
  learning: LearningPart<NumberTable>,
  context: FitContext,
): Promise<FittedTableRegressor | undefined> {
  const { problem, words, warnings } = learningProblem(recipe, lessonsOf(learning), recipe.data.columns.target);
  for (const warning of warnings) context.onWarning?.(warning);
  const fitted = await fitTable(problem, context);
  if (fitted === undefined) return undefined;
  const interval = await fitInterval(
    problem,
    { validated: fitted.validated, coverage: recipe.train.interval },
    {
      onProgress: (share) => context.onProgress({ stage: "interval", done: Math.round(share * 100), total: 100 }),
      shouldStop: context.shouldStop,
    },
  );
  if (interval === undefined) return undefined;
  const targets = problem.train.targets.actual as Float64Array;
  const range = {
    minimum: targets.reduce((a, b) => Math.min(a, b)),
    maximum: targets.reduce((a, b) => Math.max(a, b)),
    mean: targets.reduce((a, b) => a + b) / targets.length,
  };
  return { ...fitted, interval, intervalRows: learning.validation.rows.length, range, rows: words };
}

/** The splits as models learn from them. */
export function lessonsOf({ train, validation }: LearningPart<NumberTable>) {
  const lesson = (split: NumberTable): TableLesson => {
    return { frame: split.frame, targets: { kind: "numbers", actual: targetsOf(split) } };
  };
  return { train: lesson(train), validation: lesson(validation) };
}
