import type { Feature, FittedFeatures } from "@modelwright/data";
import type { DenseTargets, TreeColumn, TreeOptions, TreeRows } from "@modelwright/training";
import type { LearningRows, TableLesson } from "./learner.ts";

/** What trees lower. */
export function objectiveOf(targets: DenseTargets): TreeOptions {
  if (targets.kind === "numbers") return { objective: "squared" };
  return targets.classes === 2 ? { objective: "logistic" } : { objective: "softmax", classes: targets.classes };
}

/** Rows as trees learn from them. */
export function treeRows({ numbers, rows, targets, weights }: LearningRows, features: FittedFeatures): TreeRows {
  return {
    columns: columnsOfMatrix(numbers, features.features),
    rows,
    target: Float64Array.from(targets.actual),
    ...(weights === undefined ? {} : { weights }),
  };
}

/** A lesson as trees are held against it. */
export function heldRows(lesson: TableLesson, features: FittedFeatures): TreeRows {
  return treeRows(
    { ...lesson, rows: lesson.frame.rows, numbers: features.apply(lesson.frame), weights: lesson.weights },
    features,
  );
}

/** Features `[rows, features]`, row-major, one array each. */
export function columnsOfMatrix(values: Float32Array, features: readonly Feature[]): TreeColumn[] {
  const rows = values.length / features.length;
  return features.map(({ name, categories }, j) => ({
    name,
    values: Float32Array.from({ length: rows }, (_, row) => values[row * features.length + j]!),
    ...(categories === undefined ? {} : { categories }),
  }));
}
