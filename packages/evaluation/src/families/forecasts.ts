import { FORECAST_METRICS, type ForecastMetric } from "@modelwright/contracts";
import { rounded } from "../metrics/concatenated.ts";
import {
  checkForecastOutcome,
  type ForecastOutcome,
  type ForecastWindow,
  forecastUnits,
} from "../metrics/forecast-outcome.ts";
import { type MetricFamily, metricNames, type PreparedOutcome, type UnitMismatch } from "./metric-family.ts";

const names = metricNames(FORECAST_METRICS);

/** What of windows is added up, by the metric that it is of; the mean of windows, or of steps. */
const SUMS = [
  "windows",
  "steps",
  "scaled",
  "scaledWindows",
  "relative",
  "absolute",
  "squared",
  "difference",
  "pinball",
  "inside",
  "bounded",
] as const;
type Sums = Record<(typeof SUMS)[number], number>;

/** Sums over the steps of a window whose value is known. */
function sumsOf({ actual, predicted, low, high, scale }: ForecastWindow, coverage: number | undefined): Sums {
  const sums = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;
  let [absolute, relative] = [0, 0];
  for (const [step, value] of actual.entries()) {
    if (Number.isNaN(value)) continue;
    const forecast = predicted[step]!;
    const error = Math.abs(forecast - value);
    const size = Math.abs(forecast) + Math.abs(value);
    sums.steps++;
    absolute += error;
    relative += size === 0 ? 0 : (2 * error) / size;
    sums.squared += error * error;
    sums.difference += forecast - value;
    if (low === undefined || high === undefined || coverage === undefined) continue;
    const [below, above] = [low[step]!, high[step]!];
    sums.inside += Number(below <= value && value <= above);
    sums.pinball += (pinball(value, below, (1 - coverage) / 2) + pinball(value, above, (1 + coverage) / 2)) / 2;
    sums.bounded++;
  }
  if (sums.steps === 0) return sums;
  sums.absolute = absolute;
  sums.windows = 1;
  sums.relative = relative / sums.steps;
  if (scale > 0) {
    sums.scaled = absolute / sums.steps / scale;
    sums.scaledWindows = 1;
  }
  return sums;
}

/** The loss that a quantile has least of (Koenker & Bassett 1978). */
function pinball(actual: number, forecast: number, quantile: number): number {
  return actual >= forecast ? quantile * (actual - forecast) : (1 - quantile) * (forecast - actual);
}

const share = (sum: number, count: number) => (count === 0 ? Number.NaN : sum / count);

/**
 * The metrics of some sums. MASE and sMAPE are means over windows, so that a long one counts no more than a short one; the others are means over
 * steps.
 */
const MEASURES: Readonly<Record<ForecastMetric, (sums: Sums) => number>> = {
  mase: ({ scaled, scaledWindows }) => share(scaled, scaledWindows),
  smape: ({ relative, windows }) => share(relative, windows),
  mae: ({ absolute, steps }) => share(absolute, steps),
  rmse: ({ squared, steps }) => Math.sqrt(share(squared, steps)),
  bias: ({ difference, steps }) => Math.abs(share(difference, steps)),
  pinball: ({ pinball: loss, bounded }) => share(loss, bounded),
  coverage: ({ inside, bounded }) => share(inside, bounded),
};

function prepare(outcome: ForecastOutcome): PreparedOutcome {
  checkForecastOutcome(outcome);
  const { windows, coverage } = outcome;
  const unitOf = forecastUnits(windows);
  const units = unitOf.reduce((most, unit) => Math.max(most, unit + 1), 0);
  const columns = new Map(SUMS.map((name) => [name, new Float64Array(units)] as const));
  for (const [i, window] of windows.entries())
    for (const [name, value] of Object.entries(sumsOf(window, coverage)))
      columns.get(name as keyof Sums)![unitOf[i]!]! += value;
  const measure = (weights: Float64Array, into: Float64Array) => {
    const sums = Object.fromEntries(
      SUMS.map((name) => [name, columns.get(name)!.reduce((sum, value, unit) => sum + weights[unit]! * value, 0)]),
    ) as Sums;
    for (const [i, name] of names.entries()) into[i] = MEASURES[name](sums);
  };
  const whole = new Float64Array(names.length);
  measure(new Float64Array(units).fill(1), whole);
  return { units, keys: names, whole, measure };
}

function mismatch(a: ForecastOutcome, b: ForecastOutcome): UnitMismatch | undefined {
  if (a.windows.length !== b.windows.length) return { what: `${a.windows.length} windows against ${b.windows.length}` };
  const row = a.windows.findIndex(({ actual, series, origin }, i) => {
    const other = b.windows[i]!;
    const isSame = series === other.series && origin === other.origin && actual.length === other.actual.length;
    return !isSame || actual.some((value, step) => !Object.is(value, other.actual[step]));
  });
  return row === -1 ? undefined : { what: "the actual values differ", row };
}

/**
 * Models that forecast the next values of series. MASE decides: it has no unit, and series of any size count the same.
 *
 * Intervals are over series, or where a data set has more origins than series over these: windows of one series, and of one time, are alike.
 * MASE is not defined where a history repeats itself exactly, coverage and pinball loss not without intervals.
 */
export const forecastFamily: MetricFamily<ForecastOutcome, ForecastMetric> = {
  name: "forecasts",
  metrics: FORECAST_METRICS,
  deciding: "mase",
  margin: 0.02,
  unit: "window",
  prepare,
  join: (outcomes) => ({ windows: outcomes.flatMap(({ windows }) => windows) }),
  answers: ({ windows }) =>
    windows.map(({ series, origin, actual, predicted }) => ({
      series,
      origin,
      actual: Array.from(actual, (value) => (Number.isNaN(value) ? null : value)),
      predicted: Array.from(predicted, rounded),
    })),
  mismatch,
};

/** The mean scaled error of each step, and how many values intervals hold there; NaN where nothing is known. */
export function measureSteps({
  windows,
  coverage,
}: ForecastOutcome): { readonly mase: number; readonly coverage: number }[] {
  const horizon = Math.max(0, ...windows.map(({ actual }) => actual.length));
  return Array.from({ length: horizon }, (_, step) => {
    const sums = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;
    const at = (values: Float64Array) => values.slice(step, step + 1);
    for (const { low, high, before: _before, ...window } of windows) {
      const bounds = low === undefined || high === undefined ? {} : { low: at(low), high: at(high) };
      const one = { ...window, actual: at(window.actual), predicted: at(window.predicted), ...bounds };
      for (const [name, value] of Object.entries(sumsOf(one, coverage))) sums[name as keyof Sums] += value;
    }
    return { mase: MEASURES.mase(sums), coverage: MEASURES.coverage(sums) };
  });
}
