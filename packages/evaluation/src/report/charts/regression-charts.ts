import type { RegressionOutcome } from "../../metrics/regression-outcome.ts";
import { formatCount, formatValue } from "../number-format.ts";
import { bottomLegend, type Chart, valueAxis } from "./chart.ts";

/** Points that a scatter plot can hold before it is a blot, and before the page gets large. */
const MOST_POINTS = 1500;

/** Predicted against actual values; of many rows evenly many. */
export function predictionChart({ actual, predicted }: RegressionOutcome, target: string): Chart {
  const stride = Math.max(1, actual.length / MOST_POINTS);
  const points = Array.from({ length: Math.min(actual.length, MOST_POINTS) }, (_, point) => {
    const row = Math.floor(point * stride);
    return [actual[row]!, predicted[row]!];
  });
  const [low, high] = rangeOf([...actual, ...predicted]);
  const range = { min: low, max: high, axisLabel: { color: "var(--muted)", fontSize: 11, hideOverlap: true } };
  return {
    title: "Predicted against actual",
    description: `Predicted against actual ${target} of ${formatCount(points.length)} of ${formatCount(actual.length)} test rows; values run from ${formatValue(low)} to ${formatValue(high)}.`,
    height: 380,
    option: {
      grid: { left: 66, right: 18, top: 14, bottom: 74 },
      legend: { ...bottomLegend(), data: ["test rows", "right predictions"] },
      xAxis: valueAxis("Actual", range),
      yAxis: valueAxis("Predicted", { ...range, nameGap: 52 }),
      series: [
        {
          type: "line",
          name: "right predictions",
          data: [
            [low, low],
            [high, high],
          ],
          showSymbol: false,
          silent: true,
          itemStyle: { color: "var(--muted)" },
          lineStyle: { color: "var(--muted)", width: 1, type: "dashed" },
        },
        {
          type: "scatter",
          name: "test rows",
          data: points,
          silent: true,
          symbolSize: 5,
          itemStyle: { color: "var(--series-1)", opacity: points.length > 300 ? 0.35 : 0.7 },
        },
      ],
    },
  };
}

/** How many rows are off by how much, predicted minus actual, in up to 30 bins of equal width. */
export function residualHistogram({ actual, predicted }: RegressionOutcome, target: string): Chart {
  const residuals = actual.map((value, row) => predicted[row]! - value);
  const { low, width, counts } = histogram(residuals);
  return {
    title: "Errors",
    description: `Histogram of predicted minus actual ${target} over ${formatCount(actual.length)} test rows, from ${formatValue(low)} to ${formatValue(low + width * counts.length)}.`,
    height: 340,
    option: {
      grid: { left: 66, right: 18, top: 14, bottom: 48 },
      xAxis: valueAxis("Predicted − actual", { min: low, max: low + width * counts.length, scale: true }),
      yAxis: valueAxis("Test rows", { nameGap: 48, minInterval: 1 }),
      series: [
        {
          type: "bar",
          data: counts.map((count, bin) => [low + width * (bin + 0.5), count]),
          barWidth: Math.max(1, Math.floor(340 / counts.length)),
          silent: true,
          itemStyle: { color: "var(--series-1)" },
        },
      ],
    },
  };
}

/**
 * Counts in bins of equal width by Sturges' rule, at most 30.
 *
 * @see Sturges, "The Choice of a Class Interval", 1926
 */
export function histogram(values: Float64Array): {
  readonly low: number;
  readonly width: number;
  readonly counts: readonly number[];
} {
  const [low, high] = rangeOf(values);
  const bins = Math.min(30, 1 + Math.ceil(Math.log2(values.length)));
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - low) / width))]! += 1;
  return { low, width, counts };
}

/** Least and greatest value; a range around them where rounding could not part it into bins. */
function rangeOf(values: Iterable<number>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > Math.max(size * 1e-12, 1e-300)) return [low, high];
  const margin = Math.max(0.5, size * 1e-6);
  return [low - margin, high + margin];
}
