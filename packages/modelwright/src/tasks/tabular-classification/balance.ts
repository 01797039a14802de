import { type ClassBalance, ModelwrightError } from "@modelwright/contracts";
import { classWeightsOf } from "@modelwright/training";
import type { TableLesson, TableProblem } from "../table-rows/learner.ts";
import { partCount } from "../table-rows/lessons.ts";

type RecipeTrain = ClassBalance & { readonly seed: number };

/**
 * Lets all labels count the same: by weights, or by rows to learn from. Rows that a model is held against stay as they are, and count by
 * weights.
 *
 * @throws {ModelwrightError} `DATA_LABEL_NEIGHBOURS` where SMOTE has too few rows of a label; `DATA_CURE_UNFIT` where cures have left none.
 */
export function balancedProblem(
  problem: TableProblem,
  { train, labels }: { readonly train: RecipeTrain; readonly labels: readonly string[] },
): { readonly problem: TableProblem; readonly words: readonly string[] } {
  const codes = Int32Array.from(problem.train.targets.actual);
  const counts = labels.map((_, label) => codes.reduce((sum, code) => sum + Number(code === label), 0));
  const gone = counts.indexOf(0);
  if (gone >= 0 && problem.learnable !== undefined)
    throw new ModelwrightError("DATA_CURE_UNFIT", {
      cure: "data.clean.outliers",
      rule: `must leave training rows of every label, and leaves none of "${labels[gone]}"`,
    });
  const { resample, classWeights, smoteNeighbours: neighbours, seed } = train;
  const weights = classWeightsOf(resample === "none" ? classWeights : "balanced", codes, labels.length);
  if (weights === undefined) return { problem, words: [] };
  if (resample === "smote")
    checkNeighbours(counts, { labels, neighbours, parts: partCount(problem.recipe, problem.train) });
  const balanced = (lesson: TableLesson): TableLesson => ({
    ...lesson,
    weights: Float64Array.from(lesson.targets.actual, (label) => weights[label]!),
    ...(resample === "none" ? {} : { resample: { by: resample, neighbours, seed } }),
  });
  const { learnable } = problem;
  const by = resample === "none" ? "rows count by weights" : `as many rows of each, ${MADE[resample](neighbours)}`;
  const rows = labels.map((label, i) => `${label} ${counts[i]!.toLocaleString("en-US")}`);
  return {
    problem: {
      ...problem,
      train: balanced(problem.train),
      validation: balanced(problem.validation),
      ...(learnable && { learnable: balanced(learnable) }),
    },
    words: [`labels count the same: ${by} (training rows: ${rows.join(", ")})`],
  };
}

const MADE = {
  over: () => "those of rarer labels drawn again",
  under: () => "those of more frequent labels left out",
  smote: (neighbours: number) =>
    `those of rarer labels made by SMOTE between a row and one of its ${neighbours} nearest`,
} as const;

function checkNeighbours(
  counts: readonly number[],
  {
    labels,
    neighbours,
    parts,
  }: { readonly labels: readonly string[]; readonly neighbours: number; readonly parts: number },
): void {
  const most = Math.max(...counts);
  // A model of a part learns from the rows of the other parts.
  const learnt = (rows: number) => (parts === 1 ? rows : rows - Math.ceil(rows / parts));
  let minimum = neighbours + 1;
  while (learnt(minimum) <= neighbours) minimum++;
  const few = counts.findIndex((rows) => rows > 0 && rows < most && rows < minimum);
  if (few >= 0)
    throw new ModelwrightError("DATA_LABEL_NEIGHBOURS", {
      label: labels[few]!,
      rows: counts[few]!,
      neighbours,
      minimum,
    });
}
