import { availableParallelism } from "node:os";
import { ModelwrightError } from "@modelwright/contracts";
import { type FittedFeatures, type Frame, fitFeatures, foldRows } from "@modelwright/data";
import type { GraphBuilder, Value } from "@modelwright/engine";
import {
  type DenseTargets,
  type TreeColumn,
  type TreeEnsemble,
  type TreeLink,
  type TreeOptions,
  type TreeRows,
  trainTrees,
  treeGraph,
  treeScores,
} from "@modelwright/training";
import type { LearnerContext, LearntTable, TableLearner, TableLesson, TableProblem } from "./learner.ts";
import { strataOf, takeLesson } from "./lessons.ts";
import { LEAST_PROBABILITY, softmaxInPlace } from "./probabilities.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** Rows up to which boosting is repeated on parts of them by default: with more its trees differ little. */
const MOST_BAGGED_ROWS = 50_000;
const BAGS = 5;

/** Trees that correct one another, leaf by leaf; the mean of several such models, each stopped by rows that it does not learn from. */
export const boostedTrees: TableLearner = {
  title: "gradient-boosted trees",
  fit: async (problem, context) => {
    const { train, recipe } = problem;
    const features = fitFeatures(train.frame, { preset: "forTrees", unknown: recipe.model.unknown });
    const grown = await boost(problem, features, { options: objectiveOf(train.targets), context });
    return grown && learnt(features, grown);
  },
};

/** Deep trees, each on rows that are drawn anew, and their mean. */
export const randomForest: TableLearner = {
  title: "random forest",
  fit: async ({ train, recipe }, { onProgress, shouldStop }) => {
    const features = fitFeatures(train.frame, { preset: "forTrees", unknown: recipe.model.unknown });
    const { trees: rounds, seed, threads = availableParallelism() } = recipe.train;
    const options = { ...objectiveOf(train.targets), method: "forest", rounds, seed, threads } as const;
    const forest = await trainTrees(treeRows(train, features, {}), options, {
      onRound: ({ round }) => onProgress(round / rounds),
      shouldStop,
    });
    return shouldStop() ? undefined : learnt(features, [forest]);
  },
};

/** What trees lower. */
function objectiveOf(targets: DenseTargets): TreeOptions {
  if (targets.kind === "numbers") return { objective: "squared" };
  return targets.classes === 2 ? { objective: "logistic" } : { objective: "softmax", classes: targets.classes };
}

/**
 * Boosts as often as the recipe says, each time on other rows.
 *
 * @param options.options What the trees lower.
 * @returns Undefined when it was stopped.
 */
export async function boost(
  { train, validation, recipe }: TableProblem,
  features: FittedFeatures,
  { options, context }: { readonly options: TreeOptions; readonly context: LearnerContext },
): Promise<TreeEnsemble[] | undefined> {
  const { bags = train.frame.rows <= MOST_BAGGED_ROWS ? BAGS : 1, seed } = recipe.train;
  const { onProgress, shouldStop } = context;
  const parts = bags === 1 ? [{ train, validation }] : bagged(train, { bags, seed });
  const ensembles: TreeEnsemble[] = [];
  for (const [bag, part] of parts.entries()) {
    const { monotone } = recipe.model;
    const data = {
      ...treeRows(part.train, features, monotone),
      validation: treeRows(part.validation, features, monotone),
    };
    const settings = { ...boosting(recipe), ...options, seed: seed + bag };
    const ensemble = await trainTrees(data, settings, {
      // Most boosting stops long before its last round.
      onRound: ({ round }) => onProgress((bag + 1 - 1 / (1 + round / TYPICAL_ROUNDS)) / parts.length),
      shouldStop,
    });
    if (shouldStop()) return undefined;
    ensembles.push(ensemble);
  }
  return ensembles;
}

const TYPICAL_ROUNDS = 100;

function boosting({ train }: Pick<TableRecipe, "train">): Omit<TreeOptions, "objective"> {
  const { rounds, learningRate, leaves, maxDepth, minRowsPerLeaf, rowShare, columnShare, l1, l2, patience } = train;
  return {
    rounds,
    learningRate,
    leaves,
    maxDepth,
    minRowsInLeaf: minRowsPerLeaf,
    rowsPerTree: rowShare,
    columnsPerTree: columnShare,
    l1,
    l2,
    patience,
    threads: train.threads ?? availableParallelism(),
  };
}

/** Trees over features, as the tasks want their answers: probabilities, or numbers. */
function learnt(features: FittedFeatures, ensembles: readonly TreeEnsemble[]): LearntTable {
  const { link, outputs } = ensembles[0]!;
  return {
    features,
    parameters: ensembles.flatMap(({ trees }) => trees).reduce((sum, { column }) => sum + leavesOf(column), 0),
    trees: ensembles.reduce((sum, { trees }) => sum + trees.length, 0),
    ...(ensembles[0]!.losses.length === 0 ? {} : { rounds: ensembles[0]!.losses }),
    predict: (frame) => LINKS[link].predict(meanScores(ensembles, features.apply(frame)), outputs),
    compile: (b, numbers) => LINKS[link].compile(b, compileMean(b, ensembles, numbers), outputs),
  };
}

const leavesOf = (columns: Int32Array) => columns.reduce((sum, column) => sum + Number(column < 0), 0);

/** The mean of the scores of several ensembles, `[rows, scores]`. */
export function meanScores(ensembles: readonly TreeEnsemble[], numbers: Float32Array): Float64Array {
  const [first, ...others] = ensembles.map((ensemble) => treeScores(ensemble, numbers));
  for (const other of others) for (let i = 0; i < first!.length; i++) first![i]! += other[i]!;
  return first!.map((sum) => sum / ensembles.length);
}

/** The same in a graph. */
export function compileMean(b: GraphBuilder, ensembles: readonly TreeEnsemble[], numbers: Value): Value {
  const [first, ...others] = ensembles.map((ensemble) => treeGraph(b, ensemble, numbers));
  const sum = others.reduce((total, other) => b.op("Add", [total, other]), first!);
  return others.length === 0 ? sum : b.op("Mul", [sum, b.scalar(1 / ensembles.length)]);
}

/** What scores of trees become, here and in a graph; one score per row is that of the second of two classes. */
const LINKS: Readonly<
  Record<
    TreeLink,
    {
      readonly predict: (scores: Float64Array, outputs: number) => Float64Array;
      readonly compile: (b: GraphBuilder, scores: Value, outputs: number) => Value;
    }
  >
> = {
  identity: { predict: (scores) => scores, compile: (_, scores) => scores },
  sigmoid: {
    predict: (scores) => bothClasses(scores.map((score) => 1 / (1 + Math.exp(-score)))),
    compile: (b, scores) => compileBoth(b, b.op("Sigmoid", [scores])),
  },
  softmax: {
    predict: (scores, outputs) => softmaxInPlace(scores, outputs),
    compile: (b, scores) => b.op("Softmax", [scores], { axis: 1 }),
  },
  share: {
    predict: (scores, outputs) => (outputs === 1 ? bothClasses(scores) : sharesOfOne(scores, outputs)),
    compile: (b, scores, outputs) => {
      if (outputs === 1) return compileBoth(b, scores);
      const shares = b.op("Max", [scores, b.scalar(LEAST_PROBABILITY)]);
      return b.op("Div", [shares, b.op("ReduceSum", [shares, b.ints([1])], { keepdims: 1 })]);
    },
  },
};

/** Probabilities of two classes from that of the second. */
function bothClasses(second: Float64Array): Float64Array {
  const both = new Float64Array(2 * second.length);
  for (const [row, probability] of second.entries()) both.set([1 - probability, probability], 2 * row);
  return both;
}

/** Trees of each class are grown apart, so that their shares need not sum to 1. */
function sharesOfOne(scores: Float64Array, classes: number): Float64Array {
  const shares = scores.map((score) => Math.max(score, LEAST_PROBABILITY));
  for (let start = 0; start < shares.length; start += classes) {
    const row = shares.subarray(start, start + classes);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let k = 0; k < classes; k++) row[k]! /= sum;
  }
  return shares;
}

function compileBoth(b: GraphBuilder, second: Value): Value {
  return b.op("Concat", [b.op("Sub", [b.scalar(1), second]), second], { axis: 1 });
}

/** Parts of the rows, each to stop a model that learns from the others. */
function bagged(lesson: TableLesson, { bags, seed }: { readonly bags: number; readonly seed: number }) {
  const rows = lesson.frame.rows;
  const folds = foldRows({
    strata: strataOf(lesson.targets),
    groups: Int32Array.from({ length: rows }, (_, row) => row),
    folds: bags,
    seed,
  });
  return folds.map((fold) => {
    const aside = new Set(fold);
    const others = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !aside.has(row));
    return { train: takeLesson(lesson, others), validation: takeLesson(lesson, Int32Array.from(fold)) };
  });
}

/** A lesson as trees read it. */
function treeRows(
  { frame, targets, weights }: TableLesson,
  features: FittedFeatures,
  monotone: TableRecipe["model"]["monotone"],
): TreeRows {
  return {
    columns: treeColumns(features, frame, monotone),
    rows: frame.rows,
    target: Float64Array.from(targets.actual),
    ...(weights === undefined ? {} : { weights }),
  };
}

/**
 * The features of a frame, one array each.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` for a constraint on a column that holds no numbers, or that is not read.
 */
function treeColumns(
  fitted: FittedFeatures,
  frame: Frame,
  monotone: TableRecipe["model"]["monotone"] = {},
): TreeColumn[] {
  const { features } = fitted;
  const values = fitted.apply(frame);
  for (const name of Object.keys(monotone)) {
    if (features.some((feature) => feature.from === name && feature.categories === undefined)) continue;
    const got = frame.columns.some((column) => column.name === name)
      ? "a column of other values"
      : "a column that is not read";
    throw new ModelwrightError("FEATURES_SETTING_INVALID", {
      setting: `model.monotone: "${name}"`,
      rule: "must name a column of numbers",
      got,
    });
  }
  return features.map(({ name, from, categories }, j) => {
    const column = Float32Array.from({ length: frame.rows }, (_, row) => values[row * features.length + j]!);
    const direction = Object.hasOwn(monotone, from) ? DIRECTIONS[monotone[from]!] : undefined;
    return {
      name,
      values: column,
      ...(categories === undefined ? {} : { categories }),
      ...(direction === undefined ? {} : { monotone: direction }),
    };
  });
}

const DIRECTIONS = { increasing: 1, decreasing: -1 } as const;
