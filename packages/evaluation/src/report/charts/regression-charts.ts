import { type Chart, dot, guidePath } from "@modelwright/pages";
import type { RegressionOutcome } from "../../metrics/regression-outcome.ts";
import { formatCount, formatValue } from "../number-format.ts";
import { histogramChart, rangeOf } from "./histogram-chart.ts";

/** Points that a scatter plot can hold before it is a blot, and before the page gets large. */
const MOST_POINTS = 1500;

/** Predicted against actual values; of many rows evenly many. */
export function predictionChart({ actual, predicted }: RegressionOutcome, target: string): Chart {
  const stride = Math.max(1, actual.length / MOST_POINTS);
  const rows = Array.from({ length: Math.min(actual.length, MOST_POINTS) }, (_, point) => Math.floor(point * stride));
  const [low, high] = rangeOf([...actual, ...predicted]);
  const margin = (high - low) / 25;
  const [min, max] = [low - margin, high + margin];
  const opacity = rows.length > 300 ? 0.4 : 0.8;
  return {
    title: "Predicted against actual",
    description: `Predicted against actual ${target} of ${formatCount(rows.length)} of ${formatCount(actual.length)} test rows; values run from ${formatValue(low)} to ${formatValue(high)}.`,
    x: { title: "Actual", min, max },
    y: { title: "Predicted", min, max },
    marks: (plot) => [
      guidePath(plot, [
        [min, min],
        [max, max],
      ]),
      rows.map((row) => dot(plot, [actual[row]!, predicted[row]!], { opacity })),
    ],
  };
}

/** How many rows are off by how much, predicted minus actual. */
export function residualHistogram({ actual, predicted }: RegressionOutcome, target: string): Chart {
  const residuals = actual.map((value, row) => predicted[row]! - value);
  return histogramChart(residuals, {
    title: "Errors",
    what: `predicted minus actual ${target}`,
    x: "Predicted − actual",
    unit: "test row",
  });
}
