import { REGRESSION_METRICS, type RegressionMetric } from "@modelwright/contracts";
import { concatenated, rounded } from "../metrics/concatenated.ts";
import { checkRegressionOutcome, type RegressionOutcome } from "../metrics/regression-outcome.ts";
import { rankCorrelation, type TiedOrder, tiedOrder, weightedMedian } from "../metrics/weighted-order.ts";
import { type MetricFamily, metricNames, type PreparedOutcome, type UnitMismatch } from "./metric-family.ts";

const names = metricNames(REGRESSION_METRICS);

interface PreparedRegression {
  readonly actual: Float64Array;
  readonly absoluteErrors: Float64Array;
  readonly byError: TiedOrder;
  readonly byActual: TiedOrder;
  readonly byPredicted: TiedOrder;
  /** Room for the ranks of the actual values. */
  readonly ranks: Float64Array;
}

function measureWeighted(prepared: PreparedRegression, weights: Float64Array): Record<RegressionMetric, number> {
  const { actual, absoluteErrors } = prepared;
  let total = 0;
  let absolute = 0;
  let squared = 0;
  let sum = 0;
  for (let row = 0; row < actual.length; row++) {
    const weight = weights[row]!;
    const error = absoluteErrors[row]!;
    total += weight;
    absolute += weight * error;
    squared += weight * error * error;
    sum += weight * actual[row]!;
  }
  const mean = sum / total;
  let variation = 0;
  for (let row = 0; row < actual.length; row++) variation += weights[row]! * (actual[row]! - mean) ** 2;
  const { correlation, actualVaries } = rankCorrelation(prepared.byActual, prepared.byPredicted, {
    weights,
    ranks: prepared.ranks,
  });
  return {
    rmse: Math.sqrt(squared / total),
    mae: absolute / total,
    medianAbsoluteError: weightedMedian(absoluteErrors, prepared.byError, weights),
    r2: actualVaries ? 1 - squared / variation : Number.NaN,
    spearman: correlation,
  };
}

function prepare(outcome: RegressionOutcome): PreparedOutcome {
  checkRegressionOutcome(outcome);
  const { actual, predicted } = outcome;
  const rows = actual.length;
  const absoluteErrors = actual.map((value, row) => Math.abs(predicted[row]! - value));
  const prepared: PreparedRegression = {
    actual,
    absoluteErrors,
    byError: tiedOrder(absoluteErrors),
    byActual: tiedOrder(actual),
    byPredicted: tiedOrder(predicted),
    ranks: new Float64Array(rows),
  };
  const measure = (weights: Float64Array, into: Float64Array) => {
    const measures = measureWeighted(prepared, weights);
    for (let i = 0; i < names.length; i++) into[i] = measures[names[i]!];
  };
  const whole = new Float64Array(names.length);
  measure(new Float64Array(rows).fill(1), whole);
  return { units: rows, keys: names, whole, measure };
}

function mismatch(a: RegressionOutcome, b: RegressionOutcome): UnitMismatch | undefined {
  if (a.actual.length !== b.actual.length) return { what: `${a.actual.length} rows against ${b.actual.length}` };
  const row = a.actual.findIndex((value, index) => value !== b.actual[index]);
  return row === -1 ? undefined : { what: "the actual values differ", row };
}

/**
 * Models that predict a number per row. R² decides, since its margin means the same whatever the target's unit is; on
 * the same rows it orders models as the root mean squared error does.
 *
 * R² and the rank correlation are not defined where all actual values are the same, the rank correlation not where all
 * predictions are.
 */
export const regressionFamily: MetricFamily<RegressionOutcome, RegressionMetric> = {
  name: "regression",
  metrics: REGRESSION_METRICS,
  deciding: "r2",
  margin: 0.01,
  unit: "row",
  prepare,
  join: (outcomes) => ({
    actual: concatenated(outcomes.map(({ actual }) => actual)),
    predicted: concatenated(outcomes.map(({ predicted }) => predicted)),
  }),
  answers: ({ actual, predicted }) =>
    Array.from(predicted, (value, row) => ({ actual: actual[row], predicted: rounded(value) })),
  mismatch,
};
