import { measureOutcome } from "../../families/measure-outcome.ts";
import { spanFamily } from "../../families/spans.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import { countSpans, type SpanOutcome } from "../../metrics/span-outcome.ts";

/** One label of a model that marks spans. */
export interface SpanLabelRow {
  readonly label: string;
  /** Actual spans. */
  readonly support: number;
  /** Spans that were found. */
  readonly predicted: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The labels of an outcome with what tables show of each, in the model's order. */
export function spanLabelRows(outcome: SpanOutcome): SpanLabelRow[] {
  const { labels } = outcome;
  const measured = measureOutcome(spanFamily, outcome);
  const { actual, predicted } = countSpans(outcome);
  const sumOf = (values: Float64Array, label: number) =>
    values.reduce((sum, value, i) => sum + (i % labels.length === label ? value : 0), 0);
  return labels.map((label, index) => ({
    label,
    support: sumOf(actual, index),
    predicted: sumOf(predicted, index),
    precision: measured[labelMetricKey("precision", label)] ?? 0,
    recall: measured[labelMetricKey("recall", label)] ?? 0,
    f1: measured[labelMetricKey("f1", label)] ?? 0,
  }));
}
