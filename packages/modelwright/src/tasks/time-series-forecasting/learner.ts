import type { Recipes, SeriesModelKind } from "@modelwright/contracts";
import type { FittedFeatures, SeriesSplit } from "@modelwright/data";
import type { Value } from "@modelwright/engine";
import type { ForecastGraph } from "./forecast-graph.ts";

export type SeriesRecipe = Recipes["time-series-forecasting"];

/** What a learner learns from, and by what it is stopped. */
export interface SeriesProblem {
  readonly train: SeriesSplit;
  /** Absent: there is nothing to be stopped by, and what was found before is kept to. */
  readonly validation?: SeriesSplit;
  readonly recipe: SeriesRecipe;
  /** What is made of the columns beside the values. Undefined: there are none. */
  readonly features: FittedFeatures | undefined;
}

export interface SeriesLearnerContext {
  /** Share of the work done, in [0, 1]. */
  readonly onProgress: (share: number) => void;
  readonly shouldStop: () => boolean;
  /** What was learnt of fewer windows: how long to learn is known then. */
  readonly before?: LearntSeries | undefined;
}

/** What a learner has learnt. */
export interface LearntSeries {
  /** The forecast in a graph, `[batch, horizon]`. */
  compile(graph: ForecastGraph): Value;
  /** Leaves of trees, weights of a network, settings of smoothing. */
  readonly parameters: number;
  readonly trees?: number;
  /** Rounds or passes that it learnt. */
  readonly passes?: number;
  /** The loss of the validation windows after each round. Default: it does not learn in rounds. */
  readonly rounds?: readonly number[];
}

/** One way to learn from series. */
export interface SeriesLearner {
  /** What it is, in a few words. */
  readonly title: string;
  /** Undefined when it was stopped before its end. */
  fit(problem: SeriesProblem, context: SeriesLearnerContext): Promise<LearntSeries | undefined>;
}

/** A model in a blend. */
export interface SeriesPart {
  readonly kind: SeriesModelKind;
  /** Its share of the mean; all shares sum to 1. */
  readonly weight: number;
  readonly model: LearntSeries;
}
