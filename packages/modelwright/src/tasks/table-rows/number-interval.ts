import type { FittedFeatures, Frame } from "@modelwright/data";
import type { GraphBuilder, Value } from "@modelwright/engine";
import { type TreeEnsemble, treeGraph, treeScores } from "@modelwright/training";
import { learnFeatures } from "./learn-features.ts";
import type { LearnerContext, TableProblem } from "./learner.ts";
import { type Boosting, boost } from "./tree-learners.ts";

/** How far the number of a row may lie from what is predicted. */
export interface NumberInterval {
  readonly features: FittedFeatures;
  /** Quantiles of boosted trees: where numbers of such rows lie far apart, their difference is large. */
  readonly low: TreeEnsemble;
  readonly high: TreeEnsemble;
  /** Half the difference is at least this. */
  readonly least: number;
  /** How often half the difference goes to either side. */
  readonly factor: number;
}

/** Of the deviation of all numbers, at least so much is half the difference of quantiles. */
const LEAST_SPREAD = 0.01;

/**
 * Learns the interval around predictions: as wide as two quantiles of boosted trees are apart, times the factor with which it holds the share of
 * the validation rows that was asked for (locally weighted conformal prediction: Lei et al. 2018, "Distribution-free predictive inference for
 * regression"). On new rows of the same kind it then covers that share on average, whatever the model is like.
 *
 * @param validated What models that have not learnt from the validation rows predict of them.
 * @param coverage The share, in (0, 1).
 * @returns Undefined when it was stopped.
 */
export async function fitInterval(
  problem: TableProblem,
  { validated, coverage }: { readonly validated: Float64Array; readonly coverage: number },
  context: LearnerContext,
): Promise<NumberInterval | undefined> {
  const { train, validation, recipe } = problem;
  const features = await learnFeatures(train, { preset: "forTrees", recipe, shouldStop: context.shouldStop });
  const quantile = (share: number): Boosting => ({
    train,
    held: validation,
    features,
    options: { objective: "quantile", quantile: share },
  });
  const grown = await boost([quantile((1 - coverage) / 2), quantile((1 + coverage) / 2)], {
    recipe,
    context,
  });
  if (grown === undefined) return undefined;
  const spread = {
    features,
    low: grown[0]!,
    high: grown[1]!,
    least: LEAST_SPREAD * deviation(train.targets.actual) || 1,
    factor: 1,
  };
  const halves = halfWidths(spread, validation.frame);
  const errors = Float64Array.from(
    validation.targets.actual,
    (actual, row) => Math.abs(actual - validated[row]!) / halves[row]!,
  ).sort();
  // The smallest factor that holds ⌈(n + 1) · coverage⌉ of n rows; with too few rows the largest of all.
  const place = Math.min(errors.length, Math.ceil((errors.length + 1) * coverage)) - 1;
  return { ...spread, factor: errors[place]! };
}

function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
}

/** Half the difference of the quantiles of each row. */
function halfWidths({ features, low, high, least }: NumberInterval, frame: Frame): Float64Array {
  const numbers = features.apply(frame);
  const lows = treeScores(low, numbers);
  return treeScores(high, numbers).map((value, row) => Math.max(least, (value - lows[row]!) / 2));
}

/**
 * The interval in a graph.
 *
 * @param numbers What the features make of rows.
 * @param value float32 `[batch, 1]`.
 */
export function compileInterval(
  b: GraphBuilder,
  { low, high, least, factor }: NumberInterval,
  { numbers, value }: { readonly numbers: Value; readonly value: Value },
): { readonly low: Value; readonly high: Value } {
  const apart = b.op("Sub", [treeGraph(b, high, numbers), treeGraph(b, low, numbers)]);
  const half = b.op("Max", [b.op("Mul", [apart, b.scalar(0.5)]), b.scalar(least)]);
  const width = b.op("Mul", [half, b.scalar(factor)]);
  return { low: b.op("Sub", [value, width]), high: b.op("Add", [value, width]) };
}
