import { ANOMALY_METRICS, type AnomalyMetric } from "@modelwright/contracts";
import { type AnomalyOutcome, checkAnomalyOutcome } from "../metrics/anomaly-outcome.ts";
import { concatenated, rounded } from "../metrics/concatenated.ts";
import { precisionAtN } from "../metrics/precision-at-n.ts";
import { measureRanking, rankItems } from "../metrics/ranking.ts";
import { tiedOrder } from "../metrics/weighted-order.ts";
import { type MetricFamily, metricNames, type PreparedOutcome, type UnitMismatch } from "./metric-family.ts";

const names = metricNames(ANOMALY_METRICS);

/** Flagged rows by what is known of them, in weights. */
function flaggedMeasures({ known, flagged, expected }: AnomalyOutcome, weights: Float64Array) {
  let [total, all, right, wrong, missed] = [0, 0, 0, 0, 0];
  for (let row = 0; row < known.length; row++) {
    const weight = weights[row]!;
    total += weight;
    if (flagged[row] === 1) all += weight;
    if (known[row] === 1 && flagged[row] === 1) right += weight;
    else if (known[row] === 1) missed += weight;
    else if (known[row] === 0 && flagged[row] === 1) wrong += weight;
  }
  const anomalies = right + missed;
  return {
    // Without a known anomaly nobody can say of a flagged row that it is wrong.
    precision: anomalies === 0 ? Number.NaN : right / (right + wrong),
    recall: right / anomalies,
    f1: anomalies === 0 ? Number.NaN : (2 * right) / (2 * right + wrong + missed),
    shareGap: Math.abs(all / total - expected),
  };
}

function prepare(outcome: AnomalyOutcome): PreparedOutcome {
  checkAnomalyOutcome(outcome);
  const { known, oddness } = outcome;
  // Rows of which nothing is known are in no order.
  const told = Int32Array.from(known.keys()).filter((row) => known[row] !== -1);
  const scores = Float64Array.from(told, (row) => oddness[row]!);
  const isAnomaly = Uint8Array.from(told, (row) => (known[row] === 1 ? 1 : 0));
  const ranking = rankItems(scores, isAnomaly, (item) => told[item]!);
  const order = tiedOrder(scores);
  const own = new Float64Array(told.length);
  const measure = (weights: Float64Array, into: Float64Array) => {
    for (let item = 0; item < own.length; item++) own[item] = weights[told[item]!]!;
    const measures: Record<AnomalyMetric, number> = {
      ...measureRanking(ranking, weights),
      ...flaggedMeasures(outcome, weights),
      precisionAtN: precisionAtN(order, isAnomaly, own),
    };
    for (let i = 0; i < names.length; i++) into[i] = measures[names[i]!];
  };
  const whole = new Float64Array(names.length);
  measure(new Float64Array(known.length).fill(1), whole);
  return { units: known.length, keys: names, whole, measure };
}

function mismatch(a: AnomalyOutcome, b: AnomalyOutcome): UnitMismatch | undefined {
  if (a.known.length !== b.known.length) return { what: `${a.known.length} rows against ${b.known.length}` };
  const row = a.known.findIndex((value, index) => value !== b.known[index]);
  return row === -1 ? undefined : { what: "the known anomalies differ", row };
}

const STATUS: Readonly<Record<number, string>> = { 1: "anomaly", 0: "ordinary", [-1]: "unknown" };

/**
 * Models that rank rows by how odd they are. What compares them with known anomalies is not defined where there are none, precision not where no row
 * is flagged.
 */
export const anomalyFamily: MetricFamily<AnomalyOutcome, AnomalyMetric> = {
  name: "anomalies",
  metrics: ANOMALY_METRICS,
  deciding: "averagePrecision",
  margin: 0.01,
  unit: "row",
  prepare,
  join: (outcomes) => {
    const rows = outcomes.reduce((sum, { known }) => sum + known.length, 0);
    return {
      known: Int8Array.from(outcomes.flatMap(({ known }) => [...known])),
      oddness: concatenated(outcomes.map(({ oddness }) => oddness)),
      flagged: Uint8Array.from(outcomes.flatMap(({ flagged }) => [...flagged])),
      expected: outcomes.reduce((sum, { known, expected }) => sum + expected * (known.length / rows), 0),
    };
  },
  answers: ({ known, oddness, flagged }) =>
    Array.from(known, (status, row) => ({
      actual: STATUS[status],
      predicted: flagged[row] === 1 ? "anomaly" : "ordinary",
      oddness: rounded(oddness[row]!),
    })),
  mismatch,
};

/** The same where no anomalies are known: two models are told apart by how well they keep to the share that is expected. */
export const unlabelledAnomalyFamily: MetricFamily<AnomalyOutcome, AnomalyMetric> = {
  ...anomalyFamily,
  deciding: "shareGap",
};
