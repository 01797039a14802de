import type { Recipes } from "@modelwright/contracts";
import { classWeightsOf } from "@modelwright/training";
import { type FittedTable, fitTable } from "../table-rows/fit-table.ts";
import type { TableLesson } from "../table-rows/learner.ts";
import type { FitContext, LearningPart } from "../task.ts";
import { classesOf, type LabelledTable } from "./rows.ts";

/** A classifier of rows. */
export interface FittedTableClassifier extends FittedTable {
  readonly labels: readonly string[];
}

/** Fits the model that the recipe names, or the best blend of all, by log loss. */
export async function fitTableClassifier(
  recipe: Recipes["tabular-classification"],
  { train, validation }: LearningPart<LabelledTable>,
  context: FitContext,
): Promise<FittedTableClassifier | undefined> {
  const { labels } = train;
  const weights = classWeightsOf(recipe.train.classWeights, classesOf(train), labels.length);
  const lesson = (split: LabelledTable): TableLesson => {
    return { ...lessonOf(split), weights: weights && Float64Array.from(classesOf(split), (label) => weights[label]!) };
  };
  const problem = { train: lesson(train), validation: lesson(validation), recipe };
  const fitted = await fitTable(problem, context);
  return fitted && { ...fitted, labels };
}

/** A split as models of tables learn from it. */
export function lessonOf(split: LabelledTable): TableLesson {
  return {
    frame: split.frame,
    targets: { kind: "classes", classes: split.labels.length, actual: classesOf(split) },
  };
}
