import type { Value } from "@modelwright/engine";
import type { ActualWindows } from "./forecast-errors.ts";
import type { ForecastGraph } from "./forecast-graph.ts";

/** How far values may lie from what is forecast, in units of a window's scale. */
export interface ForecastInterval {
  /** Of each step half the width, before the factor. */
  readonly spread: readonly number[];
  /** Times that half goes to either side. */
  readonly factor: number;
  /** No value and no bound is below it. */
  readonly floor: number | undefined;
}

/** Of the mean spread, that of a step is at least this. */
const LEAST_SPREAD = 0.2;

/**
 * Fits intervals to forecasts of windows that the models have not learnt from: of each step as wide as errors are on average, which steps beside it
 * smooth, times the factor that holds the wanted share of all errors (split conformal prediction: Vovk et al. 2005; Lei et al. 2018).
 *
 * @param scales Of each window in the graph's own measure.
 * @param coverage The share, in (0, 1).
 */
export function fitInterval(
  { actual, horizon }: Pick<ActualWindows, "actual" | "horizon">,
  predicted: ArrayLike<number>,
  {
    scales,
    coverage,
    floor,
  }: { readonly scales: ArrayLike<number>; readonly coverage: number; readonly floor: number | undefined },
): ForecastInterval {
  const sums = new Float64Array(horizon);
  const counts = new Float64Array(horizon);
  const errors: { readonly step: number; readonly error: number }[] = [];
  for (let at = 0; at < actual.length; at++) {
    const [window, step] = [Math.floor(at / horizon), at % horizon];
    const error = Math.abs(actual[at]! - predicted[at]!) / scales[window]!;
    if (Number.isNaN(error)) continue;
    errors.push({ step, error });
    sums[step]! += error;
    counts[step]!++;
  }
  const overall = sums.reduce((a, b) => a + b, 0) / Math.max(1, errors.length) || 1;
  const spread = smoothed(sums, counts, overall);
  const factors = Float64Array.from(errors, ({ step, error }) => error / spread[step]!).sort();
  // The smallest factor that holds ⌈(n + 1) · coverage⌉ of n errors; with too few of them the largest of all.
  const place = Math.min(factors.length, Math.ceil((factors.length + 1) * coverage)) - 1;
  return { spread, factor: factors[place] ?? 1, floor };
}

/** Mean error of each step and of those beside it; steps with few errors lean on the mean of all. */
function smoothed(sums: Float64Array, counts: Float64Array, overall: number): number[] {
  const PRIOR = 10;
  return Array.from(sums, (_, step) => {
    let [sum, count] = [PRIOR * overall, PRIOR];
    for (const beside of [step - 1, step, step + 1]) {
      sum += sums[beside] ?? 0;
      count += counts[beside] ?? 0;
    }
    return Math.max(sum / count, LEAST_SPREAD * overall);
  });
}

/** The value with its bounds in a graph, `[batch, horizon]` each. */
export function compileInterval(
  graph: ForecastGraph,
  { spread, factor, floor }: ForecastInterval,
  value: Value,
): { readonly value: Value; readonly low: Value; readonly high: Value } {
  const { b } = graph;
  const half = b.op("Mul", [
    graph.scale(),
    b.constant(
      "float32",
      [1, spread.length],
      spread.map((each) => each * factor),
    ),
  ]);
  const bounded = (each: Value) =>
    floor === undefined ? b.op("Identity", [each]) : b.op("Max", [each, b.scalar(floor)]);
  return {
    value: bounded(value),
    low: bounded(b.op("Sub", [value, half])),
    high: bounded(b.op("Add", [value, half])),
  };
}
