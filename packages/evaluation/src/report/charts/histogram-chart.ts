import { type Chart, column, niceRange } from "@modelwright/pages";
import { formatCount, formatValue } from "../number-format.ts";

/** How often values occur, in bins of equal width. */
export function histogramChart(
  values: Float64Array,
  words: {
    readonly title: string;
    /** What the values are, in a sentence. */
    readonly what: string;
    /** Under the axis. */
    readonly x: string;
    /** What has a value, as one is called. */
    readonly unit: string;
  },
): Chart {
  const { title, what, x, unit } = words;
  const { low, width, counts } = histogram(values);
  const high = low + width * counts.length;
  return {
    title,
    description: `Histogram of ${what} over ${formatCount(values.length)} ${unit}s, from ${formatValue(low)} to ${formatValue(high)}.`,
    x: { title: x, min: low, max: high },
    y: { title: `${unit[0]!.toUpperCase()}${unit.slice(1)}s`, min: 0, max: niceRange(0, Math.max(...counts))[1] },
    marks: (plot) =>
      counts.map((count, bin) => {
        const [from, to] = [low + width * bin, low + width * (bin + 1)];
        const tip = `${formatValue(from)} to ${formatValue(to)}: ${formatCount(count)}`;
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
export function rangeOf(values: Iterable<number>): [low: number, high: number] {
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
