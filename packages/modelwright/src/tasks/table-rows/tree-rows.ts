import type { Feature, FittedFeatures } from "@modelwright/data";
import type { DenseTargets, TreeColumn, TreeOptions, TreeRows } from "@modelwright/training";
import type { TableLesson } from "./learner.ts";
import { trainingNumbers } from "./training-numbers.ts";

/** What trees lower. */
export function objectiveOf(targets: DenseTargets): TreeOptions {
  if (targets.kind === "numbers") return { objective: "squared" };
  return targets.classes === 2 ? { objective: "logistic" } : { objective: "softmax", classes: targets.classes };
}

/** A lesson as trees read it, to learn from or to be held against. */
export function treeRows(lesson: TableLesson, features: FittedFeatures, use: "learn" | "hold"): TreeRows {
  const { frame, targets, weights } = lesson;
  return {
    columns: columnsOfMatrix(
      use === "learn" ? trainingNumbers(features, lesson) : features.apply(frame),
      features.features,
    ),
    rows: frame.rows,
    target: Float64Array.from(targets.actual),
    ...(weights === undefined ? {} : { weights }),
  };
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
