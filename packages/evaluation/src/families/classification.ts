import { CLASSIFICATION_METRICS, type ClassificationMetric } from "@modelwright/contracts";
import { classDoubts } from "../label-errors/label-doubts.ts";
import { type ClassificationOutcome, predictedClasses } from "../metrics/classification-outcome.ts";
import { concatenated, rounded } from "../metrics/concatenated.ts";
import { labelMetricKeys, writeLabelMeasures } from "../metrics/label-metrics.ts";
import {
  measureWeightedClassification,
  prepareClassification,
  type WeightedClassificationMeasures,
} from "../metrics/prepared-classification.ts";
import { type MetricFamily, metricNames, type UnitMismatch } from "./metric-family.ts";
import { labelsMismatch } from "./units-mismatch.ts";

const names = metricNames(CLASSIFICATION_METRICS);

function write(measures: WeightedClassificationMeasures, into: Float64Array, silent: boolean): void {
  for (let i = 0; i < names.length; i++) into[i] = measures.overall[names[i]!];
  writeLabelMeasures(measures, into, { at: names.length, silent });
}

function mismatch(a: ClassificationOutcome, b: ClassificationOutcome): UnitMismatch | undefined {
  const labels = labelsMismatch(a.labels, b.labels);
  if (labels !== undefined) return labels;
  if (a.actual.length !== b.actual.length) return { what: `${a.actual.length} rows against ${b.actual.length}` };
  const row = a.actual.findIndex((label, index) => label !== b.actual[index]);
  return row === -1 ? undefined : { what: "the actual labels differ", row };
}

/**
 * Classifiers that give each row one label; with the metrics of single labels.
 *
 * Cost of a measurement: `rows × classes`, about a nanosecond each.
 */
export const classificationFamily: MetricFamily<ClassificationOutcome, ClassificationMetric> = {
  name: "classification",
  metrics: CLASSIFICATION_METRICS,
  deciding: "f1Macro",
  margin: 0.01,
  unit: "row",
  prepare: (outcome) => {
    const prepared = prepareClassification(outcome);
    const keys = [...names, ...labelMetricKeys(outcome.labels)];
    const units = outcome.actual.length;
    const whole = new Float64Array(keys.length);
    write(measureWeightedClassification(prepared, new Float64Array(units).fill(1)), whole, false);
    return {
      units,
      keys,
      whole,
      measure: (weights, into) => write(measureWeightedClassification(prepared, weights), into, true),
    };
  },
  join: (outcomes) => ({
    labels: outcomes[0]!.labels,
    actual: concatenated(outcomes.map(({ actual }) => actual)),
    probabilities: concatenated(outcomes.map(({ probabilities }) => probabilities)),
  }),
  answers: (outcome) => {
    const { labels, actual, probabilities } = outcome;
    return Array.from(predictedClasses(outcome), (predicted, row) => ({
      actual: labels[actual[row]!],
      predicted: labels[predicted],
      probabilities: Object.fromEntries(
        labels.map((label, i) => [label, rounded(probabilities[row * labels.length + i]!)]),
      ),
    }));
  },
  doubts: classDoubts,
  mismatch,
};
