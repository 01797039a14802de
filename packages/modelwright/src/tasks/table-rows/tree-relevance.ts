import { availableParallelism } from "node:os";
import { type Feature, type FeatureMatrix, mostRelevant } from "@modelwright/data";
import { trainTrees } from "@modelwright/training";
import type { TableLesson } from "./learner.ts";
import type { TableRecipe } from "./table-recipe.ts";
import { columnsOfMatrix, objectiveOf } from "./tree-rows.ts";

/** Enough trees to tell what is asked for again and again. */
const ROUNDS = 100;
const RATE = 0.1;
/** Share of the features that leave in a round, when there are more than are wanted. */
const LEAVING = 0.2;

/** Features of rows, and what is predicted of these. */
export interface RelevanceProblem extends TableLesson {
  readonly matrix: FeatureMatrix;
  readonly features: readonly Feature[];
  readonly recipe: TableRecipe;
  readonly shouldStop: () => boolean;
}

/** What boosted trees gain by asking for each feature, as a share of all that they gain. */
export async function gainShares(problem: RelevanceProblem): Promise<number[]> {
  const { matrix, features, targets, weights, frame, recipe, shouldStop } = problem;
  const { seed, threads = availableParallelism(), leaves, minRowsPerLeaf, rowShare } = recipe.train;
  const data = {
    columns: columnsOfMatrix(matrix.data, features),
    rows: frame.rows,
    target: Float64Array.from(targets.actual),
    ...(weights === undefined ? {} : { weights }),
  };
  const settings = { rounds: ROUNDS, learningRate: RATE, leaves, minRowsInLeaf: minRowsPerLeaf, rowsPerTree: rowShare };
  const { trees } = await trainTrees(data, { ...objectiveOf(targets), ...settings, seed, threads }, { shouldStop });
  const gains = features.map(() => 0);
  for (const { column, gain } of trees)
    for (const [node, asked] of column.entries()) if (asked >= 0) gains[asked]! += gain[node]!;
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return gains.map((gain) => (total === 0 ? 0 : gain / total));
}

/**
 * Recursive feature elimination (Guyon et al. 2002): the features that trees gain least by leave, a fifth at a
 * time, and trees are grown on what is left.
 *
 * @returns The places that are left, ascending.
 */
export async function eliminate(
  problem: RelevanceProblem,
  {
    most = problem.features.length,
    above,
  }: { readonly most?: number | undefined; readonly above?: number | undefined },
): Promise<readonly number[]> {
  let left: readonly number[] = [...problem.features.keys()];
  while (!problem.shouldStop()) {
    const shares = await gainShares(onlyOf(problem, left));
    const isLast = left.length <= most;
    const next = isLast ? left.length : Math.max(most, Math.floor(left.length * (1 - LEAVING)));
    const kept = mostRelevant(shares, { most: next, above: isLast ? above : -1 });
    left = kept.map((place) => left[place]!);
    if (isLast) break;
  }
  return left;
}

function onlyOf(problem: RelevanceProblem, places: readonly number[]): RelevanceProblem {
  const { matrix, features } = problem;
  const { data, width } = matrix;
  const rows = data.length / width;
  const taken = new Float32Array(rows * places.length);
  for (let row = 0; row < rows; row++)
    for (const [at, place] of places.entries()) taken[row * places.length + at] = data[row * width + place]!;
  return {
    ...problem,
    matrix: { ...matrix, data: taken, width: places.length },
    features: places.map((place) => features[place]!),
  };
}
