import { SPAN_LABEL_METRICS, SPAN_METRICS, type SpanMetric } from "@modelwright/contracts";
import { meanWhere, ratio } from "../metrics/averages.ts";
import { labelMetricKey } from "../metrics/label-metrics.ts";
import { countSpans, keyOf, type SpanCounts, type SpanOutcome } from "../metrics/span-outcome.ts";
import { type MetricFamily, metricNames, type UnitMismatch } from "./metric-family.ts";
import { labelsMismatch } from "./units-mismatch.ts";

const names = metricNames(SPAN_METRICS);

/** Precision, recall and F1 of what was counted; 0 where nothing was. */
function scores(right: number, predicted: number, actual: number) {
  return {
    precision: ratio(right, predicted),
    recall: ratio(right, actual),
    f1: ratio(2 * right, predicted + actual),
  };
}

function write(counts: SpanCounts, labels: number, weights: Float64Array, into: Float64Array): void {
  const sums = [counts.right, counts.predicted, counts.actual].map((values) => {
    const byLabel = new Float64Array(labels);
    for (let i = 0; i < values.length; i++) byLabel[i % labels]! += values[i]! * weights[Math.floor(i / labels)]!;
    return byLabel;
  });
  const [right, predicted, actual] = sums as [Float64Array, Float64Array, Float64Array];
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const all = scores(total(right), total(predicted), total(actual));
  const byLabel = Array.from(right, (each, label) => scores(each, predicted[label]!, actual[label]!));
  // A label that these rows neither have nor were given says nothing.
  const occurs = (label: number) => predicted[label]! + actual[label]! > 0;
  const rows = weights.reduce((sum, weight) => sum + weight, 0);
  const overall: Record<SpanMetric, number> = {
    f1Micro: all.f1,
    precisionMicro: all.precision,
    recallMicro: all.recall,
    f1Macro: meanWhere(
      Float64Array.from(byLabel, ({ f1 }) => f1),
      occurs,
    ),
    exactTexts: counts.exact.reduce((sum, exact, row) => sum + exact * weights[row]!, 0) / rows,
  };
  let at = 0;
  for (const name of names) into[at++] = overall[name];
  byLabel.forEach((each, label) => {
    for (const metric of SPAN_LABEL_METRICS) into[at++] = occurs(label) ? each[metric] : Number.NaN;
  });
}

function mismatch(a: SpanOutcome, b: SpanOutcome): UnitMismatch | undefined {
  const labels = labelsMismatch(a.labels, b.labels);
  if (labels !== undefined) return labels;
  if (a.rows.length !== b.rows.length) return { what: `${a.rows.length} rows against ${b.rows.length}` };
  const keys = ({ rows }: SpanOutcome, row: number) => rows[row]!.actual.map(keyOf).join(" ");
  const row = a.rows.findIndex((_, each) => keys(a, each) !== keys(b, each));
  return row === -1 ? undefined : { what: "the actual spans differ", row };
}

/**
 * Models that mark labelled spans; a span counts with both its ends and its label right, as in CoNLL's evaluation. With the metrics of
 * single labels; rows are texts, which are resampled whole.
 *
 * @see Tjong Kim Sang & De Meulder, "Introduction to the CoNLL-2003 shared task", 2003.
 */
export const spanFamily: MetricFamily<SpanOutcome, SpanMetric> = {
  name: "spans",
  metrics: SPAN_METRICS,
  deciding: "f1Micro",
  margin: 0.01,
  unit: "row",
  prepare: (outcome) => {
    const counts = countSpans(outcome);
    const { labels } = outcome;
    const keys = [
      ...names,
      ...labels.flatMap((label) => SPAN_LABEL_METRICS.map((metric) => labelMetricKey(metric, label))),
    ];
    const whole = new Float64Array(keys.length);
    write(counts, labels.length, new Float64Array(counts.rows).fill(1), whole);
    return {
      units: counts.rows,
      keys,
      whole,
      measure: (weights, into) => write(counts, labels.length, weights, into),
    };
  },
  join: (outcomes) => ({ labels: outcomes[0]!.labels, rows: outcomes.flatMap(({ rows }) => rows) }),
  answers: ({ rows }) => rows.map(({ actual, predicted }) => ({ actual, predicted })),
  mismatch,
};
