import type { Recipes } from "@modelwright/contracts";
import { type FittedTable, fitTable } from "../table-rows/fit-table.ts";
import type { TableLesson } from "../table-rows/learner.ts";
import { learningProblem } from "../table-rows/learning-problem.ts";
import type { FitContext, LearningPart } from "../task.ts";
import { balancedProblem } from "./balance.ts";
import { classesOf, type LabelledTable } from "./rows.ts";

/** A classifier of rows. */
export interface FittedTableClassifier extends FittedTable {
  readonly labels: readonly string[];
  /** What became of the training rows, in words. */
  readonly rows: readonly string[];
}

/** Fits the model that the recipe names, or the best blend of all, by log loss. */
export async function fitTableClassifier(
  recipe: Recipes["tabular-classification"],
  learning: LearningPart<LabelledTable>,
  context: FitContext,
): Promise<FittedTableClassifier | undefined> {
  const { labels } = learning.train;
  const { problem, words, warnings } = learningProblem(recipe, lessonsOf(learning));
  for (const warning of warnings) context.onWarning?.(warning);
  const balanced = balancedProblem(problem, { train: recipe.train, labels });
  const fitted = await fitTable(balanced.problem, context);
  return fitted && { ...fitted, labels, rows: [...words, ...balanced.words] };
}

/** The splits as models of tables learn from them. */
export function lessonsOf({ train, validation }: LearningPart<LabelledTable>) {
  const lesson = (split: LabelledTable): TableLesson => ({
    frame: split.frame,
    targets: { kind: "classes", classes: split.labels.length, actual: classesOf(split) },
  });
  return { train: lesson(train), validation: lesson(validation) };
}
