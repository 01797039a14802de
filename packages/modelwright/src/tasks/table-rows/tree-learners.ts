import { availableParallelism } from "node:os";
import { ModelwrightError } from "@modelwright/contracts";
import type { FittedFeatures, Frame } from "@modelwright/data";
import type { GraphBuilder, Value } from "@modelwright/engine";
import {
  outOfBagScores,
  type TreeEnsemble,
  type TreeLink,
  type TreeOptions,
  type TreeRows,
  trainSeveralTrees,
  trainTrees,
  treeGraph,
  treeScores,
} from "@modelwright/training";
import { learnFeatures } from "./learn-features.ts";
import type { LearnerContext, LearntTable, TableLearner, TableLesson } from "./learner.ts";
import { learningRows } from "./learning-rows.ts";
import { dividedLesson, type LessonPart, outOfFold, partCount } from "./lessons.ts";
import { meanModel } from "./mean-model.ts";
import { partsWithFeatures } from "./part-features.ts";
import { LEAST_PROBABILITY, softmaxInPlace } from "./probabilities.ts";
import type { TableRecipe } from "./table-recipe.ts";
import { heldRows, objectiveOf, treeRows } from "./tree-rows.ts";

/** Trees that correct one another, leaf by leaf; the mean of several such models, each stopped by rows that it does not learn from. */
export const boostedTrees: TableLearner = {
  title: "gradient-boosted trees",
  fit: async ({ train, validation, recipe }, context) => {
    const count = partCount(recipe, train);
    const options = objectiveOf(train.targets);
    const wish = { preset: "forTrees", recipe, shouldStop: context.shouldStop } as const;
    const features = await learnFeatures(train, wish);
    if (count === 1) {
      const grown = await boost([{ train, held: validation, options, features }], { recipe, context });
      return grown && learnt(features, grown);
    }
    const parts = await partsWithFeatures(
      features,
      dividedLesson(train, { parts: count, seed: recipe.train.seed }),
      wish,
    );
    const grown = await boost(
      parts.map((part) => ({ ...part, options })),
      { recipe, context },
    );
    if (grown === undefined) return undefined;
    const each = grown.map((ensemble, i) => learnt(parts[i]!.features, [ensemble]));
    const model = features.looksAtTarget ? meanModel(each as [LearntTable, ...LearntTable[]]) : learnt(features, grown);
    if (context.wantsOutOfFold !== true) return model;
    const held = await Promise.all(parts.map((part, i) => each[i]!.predict(part.held.frame)));
    return { ...model, outOfFold: outOfFold(parts, held) };
  },
};

/** Deep trees, each on rows that are drawn anew, and their mean. */
export const randomForest: TableLearner = {
  title: "random forest",
  fit: async ({ train, recipe }, context) => {
    const { onProgress, shouldStop, wantsOutOfFold } = context;
    const wish = { preset: "forTrees", recipe, shouldStop } as const;
    const features = await learnFeatures(train, wish);
    const grown = await growForest(train, features, { recipe, shouldStop, onProgress });
    if (grown === undefined) return undefined;
    const { model, outOfBag } = grown;
    if (wantsOutOfFold !== true) return model;
    const isTold = features.looksAtTarget || train.resample !== undefined;
    if (!isTold) return outOfBag === undefined ? model : { ...model, outOfFold: outOfBag };
    // Features that were told by a row's target, and rows made of it, give it away to trees that have not seen the row.
    const count = partCount(recipe, train);
    if (count === 1) return model;
    const parts = await partsWithFeatures(
      features,
      dividedLesson(train, { parts: count, seed: recipe.train.seed }),
      wish,
    );
    const held: Float64Array[] = [];
    for (const part of parts) {
      const other = await growForest(part.train, part.features, { recipe, shouldStop, onProgress: () => {} });
      if (other === undefined) return undefined;
      held.push(await other.model.predict(part.held.frame));
    }
    return { ...model, outOfFold: outOfFold(parts, held) };
  },
};

async function growForest(
  train: TableLesson,
  features: FittedFeatures,
  {
    recipe,
    shouldStop,
    onProgress,
  }: Pick<LearnerContext, "shouldStop" | "onProgress"> & { readonly recipe: TableRecipe },
): Promise<{ readonly model: LearntTable; readonly outOfBag: Float64Array | undefined } | undefined> {
  const { trees: rounds, seed, threads = availableParallelism() } = recipe.train;
  const options = { ...objectiveOf(train.targets), method: "forest", rounds, seed, threads } as const;
  const rows = await learningRows(features, train, { recipe, shouldStop });
  const data = treeRows(rows, features);
  const forest = await trainTrees(data, options, {
    onRound: ({ round }) => onProgress(round / rounds),
    shouldStop,
  });
  if (shouldStop()) return undefined;
  const scores = outOfBagScores(forest, data, options);
  const isComplete = scores.every((score) => !Number.isNaN(score));
  return {
    model: learnt(features, [forest]),
    outOfBag: isComplete ? LINKS[forest.link].predict(scores, forest.outputs) : undefined,
  };
}

/** One ensemble that is boosted: on which rows, which of them stop it, and what it lowers. */
export interface Boosting extends Pick<LessonPart, "train" | "held"> {
  readonly options: TreeOptions;
  readonly features: FittedFeatures;
}

/**
 * Boosts several ensembles.
 *
 * @returns Undefined when it was stopped.
 */
export async function boost(
  wanted: readonly Boosting[],
  { recipe, context }: { readonly recipe: TableRecipe; readonly context: LearnerContext },
): Promise<TreeEnsemble[] | undefined> {
  const { monotone } = recipe.model;
  const { shouldStop } = context;
  const lessons = await Promise.all(
    wanted.map(async ({ train, held, options, features }, i) => {
      const rows = treeRows(await learningRows(features, train, { recipe, shouldStop }), features);
      return {
        data: {
          ...constrained(rows, { features, frame: train.frame, monotone }),
          validation: heldRows(held, features),
        },
        options: { ...boosting(recipe), ...options, seed: recipe.train.seed + i },
      };
    }),
  );
  const shares = lessons.map(() => 0);
  return trainSeveralTrees(lessons, {
    threads: recipe.train.threads ?? availableParallelism(),
    onRound: (lesson, round) => {
      // Most boosting stops long before its last round.
      shares[lesson] = 1 - 1 / (1 + round / TYPICAL_ROUNDS);
      context.onProgress(shares.reduce((sum, share) => sum + share, 0) / shares.length);
    },
    shouldStop: context.shouldStop,
  });
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
  };
}

/** Trees over features, as the tasks want their answers: probabilities, or numbers. */
function learnt(features: FittedFeatures, ensembles: readonly TreeEnsemble[]): LearntTable {
  const { link, outputs } = ensembles[0]!;
  return {
    features: [features],
    parameters: ensembles.flatMap(({ trees }) => trees).reduce((sum, { column }) => sum + leavesOf(column), 0),
    trees: ensembles.reduce((sum, { trees }) => sum + trees.length, 0),
    ...(ensembles[0]!.losses.length === 0 ? {} : { rounds: ensembles[0]!.losses }),
    predict: async (frame) => LINKS[link].predict(meanScores(ensembles, features.apply(frame)), outputs),
    compile: (b, numbersOf) => LINKS[link].compile(b, compileMean(b, ensembles, numbersOf(features)), outputs),
  };
}

const leavesOf = (columns: Int32Array) => columns.reduce((sum, column) => sum + Number(column < 0), 0);

/** The mean of the scores of several ensembles, `[rows, scores]`. */
function meanScores(ensembles: readonly TreeEnsemble[], numbers: Float32Array): Float64Array {
  const [first, ...others] = ensembles.map((ensemble) => treeScores(ensemble, numbers));
  for (const other of others) for (let i = 0; i < first!.length; i++) first![i]! += other[i]!;
  return first!.map((sum) => sum / ensembles.length);
}

/** The same in a graph. */
function compileMean(b: GraphBuilder, ensembles: readonly TreeEnsemble[], numbers: Value): Value {
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

/**
 * Rows of which some columns may only raise or lower what is predicted.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` for a constraint on a column that holds no numbers, or that is not read.
 */
function constrained(
  rows: TreeRows,
  {
    features: { features },
    frame,
    monotone,
  }: {
    readonly features: FittedFeatures;
    readonly frame: Frame;
    readonly monotone: TableRecipe["model"]["monotone"];
  },
): TreeRows {
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
  const columns = rows.columns.map((column, j) => {
    const { from } = features[j]!;
    return Object.hasOwn(monotone, from) ? { ...column, monotone: DIRECTIONS[monotone[from]!] } : column;
  });
  return { ...rows, columns };
}

const DIRECTIONS = { increasing: 1, decreasing: -1 } as const;
