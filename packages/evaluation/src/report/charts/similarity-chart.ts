import { type Chart, dot } from "@modelwright/pages";
import type { SimilarityOutcome } from "../../metrics/embedding-outcome.ts";
import { formatCount, formatValue } from "../number-format.ts";
import { rangeOf } from "./histogram-chart.ts";

/** Points that a scatter plot can hold before it is a blot, and before the page gets large. */
const MOST_POINTS = 1500;

/** Cosines of pairs against their known similarities; of many pairs evenly many. */
export function similarityChart({ actual, predicted }: SimilarityOutcome): Chart {
  const stride = Math.max(1, actual.length / MOST_POINTS);
  const rows = Array.from({ length: Math.min(actual.length, MOST_POINTS) }, (_, point) => Math.floor(point * stride));
  const axis = (values: Float64Array) => {
    const [low, high] = rangeOf([...values]);
    const margin = (high - low) / 25;
    return { min: low - margin, max: high + margin, low, high };
  };
  const [x, y] = [axis(actual), axis(predicted)];
  return {
    title: "Cosine against similarity",
    description: `Cosine against known similarity of ${formatCount(rows.length)} of ${formatCount(actual.length)} test pairs; cosines run from ${formatValue(y.low)} to ${formatValue(y.high)}.`,
    x: { title: "Known similarity", min: x.min, max: x.max },
    y: { title: "Cosine", min: y.min, max: y.max },
    marks: (plot) => [
      rows.map((row) => dot(plot, [actual[row]!, predicted[row]!], { opacity: rows.length > 300 ? 0.4 : 0.8 })),
    ],
  };
}
