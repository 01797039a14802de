import { ModelwrightError } from "@modelwright/contracts";
import { percent } from "../../wording/quantities.ts";
import type { TableLesson, TableProblem } from "./learner.ts";
import { fencedInWords, fitRowFences, withinFences } from "./row-fences.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** What models learn from, after cures, and in words what became of the rows. */
export interface LearningProblem {
  readonly problem: TableProblem;
  readonly words: readonly string[];
  /** What a careful reader should know of it. */
  readonly warnings: readonly string[];
}

/** With a larger share of the rows gone, models learn of another kind of rows than they will be asked about. */
const LARGE_SHARE = 0.1;

/**
 * Takes rows out that lie too far from the others to learn from. Validation rows stop and choose as they are; those that lie within the
 * fences of the training rows are learnt from in the end.
 *
 * @param target The column that is predicted, where it holds numbers.
 * @throws {ModelwrightError} `DATA_CURE_UNFIT` where no rows are left.
 */
export function learningProblem(
  recipe: TableRecipe,
  { train, validation }: { readonly train: TableLesson; readonly validation: TableLesson },
  target?: string,
): LearningProblem {
  const { outliers } = recipe.data.clean;
  if (outliers === undefined) return { problem: { train, validation, recipe }, words: [], warnings: [] };
  const fences = fitRowFences(train, outliers, target);
  const kept = withinFences(train, fences, target);
  const [left, all] = [kept.lesson.frame.rows, train.frame.rows];
  if (left < 2)
    throw new ModelwrightError("DATA_CURE_UNFIT", {
      cure: "data.clean.outliers",
      rule: `must leave training rows, and leaves ${left} of ${all}; a larger beyond leaves more`,
    });
  const share = 1 - left / all;
  const learnable = withinFences(validation, fences, target).lesson;
  return {
    problem: { train: kept.lesson, validation, learnable, recipe },
    words: [fencedInWords(train, kept)],
    warnings:
      share > LARGE_SHARE
        ? [
            `${percent(share)} of the training rows left by data.clean.outliers; a larger beyond, or fewer columns, leaves more`,
          ]
        : [],
  };
}
