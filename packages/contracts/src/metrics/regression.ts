import type { MetricTable } from "./metric-description.ts";

/** The metrics of a model that predicts one number per row. */
export const REGRESSION_METRICS = {
  rmse: {
    title: "Root mean squared error",
    headline: true,
    better: "lower",
    summary: "Typical error in the target's unit; large errors count more than small ones.",
  },
  mae: {
    title: "Mean absolute error",
    headline: true,
    better: "lower",
    summary: "Mean distance between prediction and actual value, in the target's unit.",
  },
  medianAbsoluteError: {
    title: "Median absolute error",
    better: "lower",
    summary: "Half of the predictions are closer to the actual value than this, in the target's unit.",
  },
  r2: {
    title: "R²",
    headline: true,
    better: "higher",
    summary: "Share of the target's variance that is predicted; 0 is as good as always saying the mean.",
  },
  spearman: {
    title: "Rank correlation",
    better: "higher",
    summary: "Spearman's correlation: 1 when larger predictions always stand beside larger actual values.",
  },
} as const satisfies MetricTable;

export type RegressionMetric = keyof typeof REGRESSION_METRICS;
