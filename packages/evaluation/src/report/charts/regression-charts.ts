import { type Chart, column, dot, guidePath, niceRange } from "@modelwright/pages";
import type { RegressionOutcome } from "../../metrics/regression-outcome.ts";
import { formatCount, formatValue } from "../number-format.ts";

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

/** How many rows are off by how much, predicted minus actual, in up to 30 bins of equal width. */
export function residualHistogram({ actual, predicted }: RegressionOutcome, target: string): Chart {
  const { low, width, counts } = histogram(actual.map((value, row) => predicted[row]! - value));
  const high = low + width * counts.length;
  return {
    title: "Errors",
    description: `Histogram of predicted minus actual ${target} over ${formatCount(actual.length)} test rows, from ${formatValue(low)} to ${formatValue(high)}.`,
    x: { title: "Predicted − actual", min: low, max: high },
    y: { title: "Test rows", min: 0, max: niceRange(0, Math.max(...counts))[1] },
    marks: (plot) =>
      counts.map((count, bin) => {
        const [from, to] = [low + width * bin, low + width * (bin + 1)];
        const tip = `${formatValue(from)} to ${formatValue(to)}: ${formatCount(count)} rows`;
        return column(plot, { from, to, height: count, tip });
      }),
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
