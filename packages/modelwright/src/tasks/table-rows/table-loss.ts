import type { DenseTargets } from "@modelwright/training";
import { LEAST_PROBABILITY } from "./probabilities.ts";

/** How far predictions are from what is right, in one number of which less is better. */
export interface TableLoss {
  /** The metric that it is, as reports name it. */
  readonly metric: "logLoss" | "rmse";
  /** Of each row. */
  readonly ofRows: (predicted: Float64Array) => Float64Array;
  /** Of all rows from those of each. */
  readonly overall: (ofRows: Float64Array) => number;
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Log loss of probabilities in nats, or the root of the mean squared error of numbers. */
export function tableLoss(targets: DenseTargets): TableLoss {
  if (targets.kind === "numbers") {
    return {
      metric: "rmse",
      ofRows: (predicted) => targets.actual.map((actual, row) => (predicted[row]! - actual) ** 2),
      overall: (ofRows) => Math.sqrt(mean(ofRows)),
    };
  }
  const { actual, classes } = targets;
  return {
    metric: "logLoss",
    ofRows: (predicted) =>
      Float64Array.from(
        actual,
        (label, row) => -Math.log(Math.max(predicted[row * classes + label]!, LEAST_PROBABILITY)),
      ),
    overall: mean,
  };
}
