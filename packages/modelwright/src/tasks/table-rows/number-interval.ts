import { type FittedFeatures, type Frame, fitFeatures } from "@modelwright/data";
import type { GraphBuilder, Value } from "@modelwright/engine";
import type { TreeEnsemble } from "@modelwright/training";
import type { LearnerContext, TableProblem } from "./learner.ts";
import { boost, compileMean, meanScores } from "./tree-learners.ts";

/** Between which numbers that of a row lies, as often as was asked for. */
export interface NumberInterval {
  readonly features: FittedFeatures;
  /** Quantiles of boosted trees. */
  readonly low: readonly TreeEnsemble[];
  readonly high: readonly TreeEnsemble[];
  /** How far both bounds are moved outwards; inwards where it is below 0. */
  readonly margin: number;
}

/**
 * Learns the bounds of an interval: two quantiles of boosted trees, moved until they hold as many of the validation rows as they should
 * (conformalised quantile regression: Romano, Patterson & Candès 2019, arXiv:1905.03222). On new rows of the same kind the interval then covers
 * the share that was asked for, on average, whatever the model is like.
 *
 * @param coverage The share, in (0, 1).
 * @returns Undefined when it was stopped.
 */
export async function fitInterval(
  problem: TableProblem,
  coverage: number,
  context: LearnerContext,
): Promise<NumberInterval | undefined> {
  const { train, validation, recipe } = problem;
  const features = fitFeatures(train.frame, { preset: "forTrees", unknown: recipe.model.unknown });
  const single = { ...problem, recipe: { ...recipe, train: { ...recipe.train, bags: 1 } } } as TableProblem;
  const quantile = async (share: number, from: number) =>
    boost(single, features, {
      options: { objective: "quantile", quantile: share },
      context: { ...context, onProgress: (done) => context.onProgress(from + done / 2) },
    });
  const low = await quantile((1 - coverage) / 2, 0);
  const high = low && (await quantile((1 + coverage) / 2, 0.5));
  if (low === undefined || high === undefined) return undefined;
  const bounds = { features, low, high, margin: 0 };
  const actual = validation.targets.actual;
  const { lows, highs } = predictInterval(bounds, validation.frame);
  const outside = Float64Array.from(actual, (value, row) => Math.max(lows[row]! - value, value - highs[row]!)).sort();
  // The smallest margin that holds ⌈(n + 1) · coverage⌉ of n rows; with too few rows the largest of all.
  const place = Math.min(outside.length, Math.ceil((outside.length + 1) * coverage)) - 1;
  return { ...bounds, margin: outside[Math.max(0, place)] ?? 0 };
}

/** The bounds of rows. */
export function predictInterval(
  { features, low, high, margin }: NumberInterval,
  frame: Frame,
): { readonly lows: Float64Array; readonly highs: Float64Array } {
  const numbers = features.apply(frame);
  return {
    lows: meanScores(low, numbers).map((value) => value - margin),
    highs: meanScores(high, numbers).map((value) => value + margin),
  };
}

/**
 * The same in a graph; the interval always holds the predicted value.
 *
 * @param numbers What the features make of rows.
 * @param value float32 `[batch, 1]`.
 */
export function compileInterval(
  b: GraphBuilder,
  { low, high, margin }: NumberInterval,
  { numbers, value }: { readonly numbers: Value; readonly value: Value },
): { readonly low: Value; readonly high: Value } {
  const moved = (ensembles: readonly TreeEnsemble[], by: number) =>
    b.op("Add", [compileMean(b, ensembles, numbers), b.scalar(by)]);
  return {
    low: b.op("Min", [moved(low, -margin), value]),
    high: b.op("Max", [moved(high, margin), value]),
  };
}
