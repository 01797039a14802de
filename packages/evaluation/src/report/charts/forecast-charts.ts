import { type Chart, cutText, guidePath, linePath, niceRange, type Point } from "@modelwright/pages";
import type { ForecastWindow } from "../../metrics/forecast-outcome.ts";
import { formatValue } from "../number-format.ts";

const MOST_CHARACTERS = 24;

/** A window: the values before its origin and behind it, the forecast, and between which two it lies. */
export function windowChart(
  { series, origin, actual, predicted, low, high, before = new Float64Array() }: ForecastWindow,
  target: string,
): Chart {
  const points = (values: Float64Array, from: number): Point[] =>
    Array.from(values, (value, i): Point => [from + i, value]).filter(([, value]) => !Number.isNaN(value));
  const past = points(before, 1 - before.length);
  const known = [...past.slice(-1), ...points(actual, 1)];
  const bounds = low === undefined || high === undefined ? [] : [points(low, 1), points(high, 1)];
  const all = [...past, ...known, ...points(predicted, 1), ...bounds.flat()].map(([, value]) => value);
  const [min, max] = niceRange(Math.min(...all), Math.max(...all));
  const name = series === "" ? target : cutText(series, MOST_CHARACTERS);
  return {
    title: `${name}, from ${origin} on`,
    description: `${target} of ${name} and its forecast from ${origin} on: forecast ${formatValue(predicted[0]!)} to ${formatValue(predicted.at(-1)!)}.`,
    x: { title: "Steps ahead", min: 1 - before.length, max: Math.max(1, actual.length) },
    y: { title: cutText(target, MOST_CHARACTERS), min, max },
    marks: (plot) => [
      bounds.map((line) => guidePath(plot, line)),
      guidePath(plot, past, "others"),
      guidePath(plot, known, "others"),
      linePath(plot, points(predicted, 1), 0),
    ],
  };
}

/** The mean scaled error by how far ahead a step is. */
export function stepErrorChart(errors: readonly number[]): Chart | undefined {
  const points = errors.map((error, step): Point => [step + 1, error]).filter(([, error]) => !Number.isNaN(error));
  if (points.length < 2) return undefined;
  const [min, max] = niceRange(0, Math.max(...points.map(([, error]) => error)));
  return {
    title: "Error by step",
    description: `MASE by how far ahead a step is: ${formatValue(points[0]![1])} at step ${points[0]![0]}, ${formatValue(points.at(-1)![1])} at step ${points.at(-1)![0]}.`,
    x: { title: "Steps ahead", min: 1, max: points.at(-1)![0] },
    y: { title: "MASE", min, max },
    marks: (plot) => linePath(plot, points, 0),
  };
}
