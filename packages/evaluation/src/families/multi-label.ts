import { MULTI_LABEL_METRICS, type MultiLabelMetric } from "@modelwright/contracts";
import { labelSetDoubts } from "../label-errors/label-doubts.ts";
import { concatenated, rounded } from "../metrics/concatenated.ts";
import { labelMetricKeys, writeLabelMeasures } from "../metrics/label-metrics.ts";
import { type MultiLabelOutcome, predictedLabels } from "../metrics/multi-label-outcome.ts";
import {
  measureWeightedMultiLabel,
  prepareMultiLabel,
  type WeightedMultiLabelMeasures,
} from "../metrics/prepared-multi-label.ts";
import { type MetricFamily, metricNames, type UnitMismatch } from "./metric-family.ts";
import { labelsMismatch } from "./units-mismatch.ts";

const names = metricNames(MULTI_LABEL_METRICS);

function write(measures: WeightedMultiLabelMeasures, into: Float64Array, silent: boolean): void {
  for (let i = 0; i < names.length; i++) into[i] = measures.overall[names[i]!];
  writeLabelMeasures(measures, into, { at: names.length, silent });
}

function mismatch(a: MultiLabelOutcome, b: MultiLabelOutcome): UnitMismatch | undefined {
  const labels = labelsMismatch(a.labels, b.labels);
  if (labels !== undefined) return labels;
  const [rowsA, rowsB] = [a.actual.length / a.labels.length, b.actual.length / b.labels.length];
  if (rowsA !== rowsB) return { what: `${rowsA} rows against ${rowsB}` };
  const item = a.actual.findIndex((mark, index) => mark !== b.actual[index]);
  return item === -1 ? undefined : { what: "the actual labels differ", row: Math.floor(item / a.labels.length) };
}

/**
 * Classifiers that give each row any number of labels; with the metrics of single labels.
 *
 * Cost of a measurement: `2 × rows × labels`, about a nanosecond each.
 */
export const multiLabelFamily: MetricFamily<MultiLabelOutcome, MultiLabelMetric> = {
  name: "multi-label",
  metrics: MULTI_LABEL_METRICS,
  deciding: "f1Micro",
  margin: 0.01,
  unit: "row",
  prepare: (outcome) => {
    const prepared = prepareMultiLabel(outcome);
    const keys = [...names, ...labelMetricKeys(outcome.labels)];
    const whole = new Float64Array(keys.length);
    write(measureWeightedMultiLabel(prepared, new Float64Array(prepared.rows).fill(1)), whole, false);
    return {
      units: prepared.rows,
      keys,
      whole,
      measure: (weights, into) => write(measureWeightedMultiLabel(prepared, weights), into, true),
    };
  },
  join: (outcomes) => ({
    labels: outcomes[0]!.labels,
    actual: concatenated(outcomes.map(({ actual }) => actual)),
    probabilities: concatenated(outcomes.map(({ probabilities }) => probabilities)),
    // Each model has thresholds of its own.
    thresholds: concatenated(
      outcomes.map(({ actual, thresholds }) =>
        actual.length === thresholds.length
          ? thresholds
          : Float64Array.from(actual, (_, item) => thresholds[item % thresholds.length]!),
      ),
    ),
  }),
  answers: (outcome) => {
    const { labels, actual, probabilities } = outcome;
    const predicted = predictedLabels(outcome);
    return Array.from({ length: actual.length / labels.length }, (_, row) => {
      const at = (label: number) => row * labels.length + label;
      const having = (marks: Uint8Array) => labels.filter((_, label) => marks[at(label)] === 1);
      return {
        actual: having(actual),
        predicted: having(predicted),
        probabilities: Object.fromEntries(labels.map((label, i) => [label, rounded(probabilities[at(i)]!)])),
      };
    });
  },
  doubts: labelSetDoubts,
  mismatch,
};
