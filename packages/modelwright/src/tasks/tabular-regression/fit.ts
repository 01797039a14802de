import type { Recipes } from "@modelwright/contracts";
import { type FittedTable, fitTable } from "../table-rows/fit-table.ts";
import type { TableLesson } from "../table-rows/learner.ts";
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
}

/** Fits the model that the recipe names, or the best blend of all, by squared error, and the interval. */
export async function fitTableRegressor(
  recipe: Recipes["tabular-regression"],
  { train, validation }: LearningPart<NumberTable>,
  context: FitContext,
): Promise<FittedTableRegressor | undefined> {
  const problem = { train: lessonOf(train), validation: lessonOf(validation), recipe };
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
  const targets = targetsOf(train);
  const range = {
    minimum: targets.reduce((a, b) => Math.min(a, b)),
    maximum: targets.reduce((a, b) => Math.max(a, b)),
    mean: targets.reduce((a, b) => a + b) / targets.length,
  };
  return { ...fitted, interval, intervalRows: validation.rows.length, range };
}

/** A split as models of tables learn from it. */
export function lessonOf(split: NumberTable): TableLesson {
  return { frame: split.frame, targets: { kind: "numbers", actual: targetsOf(split) } };
}
