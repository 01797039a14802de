import { availableParallelism } from "node:os";
import type { Value } from "@modelwright/engine";
import { type TreeEnsemble, type TreeRows, trainTrees, treeGraph } from "@modelwright/training";
import type { ForecastGraph } from "./forecast-graph.ts";
import type { LearntSeries, SeriesLearner, SeriesProblem } from "./learner.ts";
import { ets } from "./smoothing-learner.ts";
import { stepFeatures, type WindowExamples, windowExamples } from "./window-examples.ts";

const TYPICAL_ROUNDS = 100;
const ROW_SHARE = 0.8;
const COLUMN_SHARE = 0.7;

/**
 * One boosted ensemble for all series and steps: how far a value will be from what exponential smoothing forecasts, in units of the window's scale.
 * Trees alone forecast nothing beyond what they have seen: a trend they leave to smoothing (decision 076).
 */
export const trees: SeriesLearner = {
  title: "gradient-boosted trees",
  fit: async (problem, { onProgress, shouldStop, before }) => {
    const { train, validation, recipe, features } = problem;
    const { threads = availableParallelism(), seed } = recipe.train;
    const smoothed = await ets.fit(problem, { onProgress: () => {}, shouldStop });
    if (smoothed === undefined) return undefined;
    const anchor = (graph: ForecastGraph) => smoothed.compile(graph);
    const examples = (split: SeriesProblem["train"]) => windowExamples(split, features, anchor, { threads });
    const held = validation === undefined ? undefined : treeRows(await examples(validation));
    const data = { ...treeRows(await examples(train)), ...(held === undefined ? {} : { validation: held }) };
    const rounds = before?.passes ?? recipe.train.rounds;
    const ensemble = await trainTrees(
      data,
      { ...options(recipe), rounds, seed, threads, ...(held === undefined ? { patience: undefined } : {}) },
      {
        onRound: ({ round }) => onProgress(1 - 1 / (1 + round / TYPICAL_ROUNDS)),
        shouldStop,
      },
    );
    return shouldStop() ? undefined : learnt(ensemble, { train, features, anchor });
  },
};

function options({ train }: SeriesProblem["recipe"]) {
  const { learningRate, leaves, minRowsPerLeaf, patience } = train;
  return {
    objective: "absolute",
    learningRate,
    leaves,
    minRowsInLeaf: minRowsPerLeaf,
    rowsPerTree: ROW_SHARE,
    columnsPerTree: COLUMN_SHARE,
    patience,
  } as const;
}

function treeRows({ names, categories, columns, target }: WindowExamples): TreeRows {
  return {
    rows: target.length,
    target,
    columns: columns.map((values, i) => ({
      name: names[i]!,
      values,
      ...(categories[i] === undefined ? {} : { categories: categories[i] }),
    })),
  };
}

function learnt(
  ensemble: TreeEnsemble,
  {
    train,
    features,
    anchor,
  }: Pick<SeriesProblem, "train" | "features"> & { readonly anchor: (graph: ForecastGraph) => Value },
): LearntSeries {
  return {
    parameters: ensemble.trees.reduce(
      (sum, { column }) => sum + column.reduce((n, each) => n + Number(each < 0), 0),
      0,
    ),
    trees: ensemble.trees.length,
    passes: ensemble.trees.length,
    ...(ensemble.losses.length === 0 ? {} : { rounds: ensemble.losses }),
    compile: (graph) => {
      const { b, shape } = graph;
      const { values } = stepFeatures(graph, features, train.panel.frequency);
      const distance = b.op("Reshape", [treeGraph(b, ensemble, values), b.ints([-1, shape.horizon])]);
      return b.op("Add", [anchor(graph), b.op("Mul", [distance, graph.scale()])]);
    },
  };
}
