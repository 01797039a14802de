import type { MetricTable } from "./metric-description.ts";

/** The metrics of a model that forecasts series: of windows, the values after an origin that it had not seen. */
export const FORECAST_METRICS = {
  mase: {
    title: "MASE",
    headline: true,
    better: "lower",
    summary:
      "Mean absolute error divided by that of repeating the last season within the history; below 1 is better than that.",
  },
  smape: {
    title: "sMAPE",
    headline: true,
    better: "lower",
    summary:
      "Mean distance between forecast and actual value, divided by the mean of their sizes: 0 to 2, of small numbers unfair.",
  },
  mae: {
    title: "Mean absolute error",
    headline: true,
    better: "lower",
    summary: "Mean distance between forecast and actual value, in the target's unit.",
  },
  rmse: {
    title: "Root mean squared error",
    better: "lower",
    summary: "Typical error in the target's unit; large errors count more than small ones.",
  },
  bias: {
    title: "Mean error",
    better: "lower",
    summary: "How far the mean forecast is from the mean actual value, in the target's unit, without its sign.",
  },
  pinball: {
    title: "Pinball loss",
    better: "lower",
    summary:
      "Mean loss of low and high as quantiles, in the target's unit: narrow intervals that hold what they promise are best.",
  },
  coverage: {
    title: "Coverage",
    headline: true,
    better: "higher",
    summary: "Share of actual values between low and high; it should be what was asked for.",
  },
} as const satisfies MetricTable;

export type ForecastMetric = keyof typeof FORECAST_METRICS;
