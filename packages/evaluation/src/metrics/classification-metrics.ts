import { CLASSIFICATION_METRICS, type ClassificationMetric } from "@modelwright/contracts";

export const classificationMetricNames = Object.keys(CLASSIFICATION_METRICS) as ClassificationMetric[];

/** The metrics of one label. */
export const classMetricNames = ["precision", "recall", "f1", "rocAuc"] as const;
export type ClassMetric = (typeof classMetricNames)[number];

/** The name under which one label's metric stands among the measures: `f1:spam`. */
export function classMetricKey(metric: ClassMetric, label: string): string {
  return `${metric}:${label}`;
}
