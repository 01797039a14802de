import { measureOutcome } from "../../families/measure-outcome.ts";
import { multiLabelFamily } from "../../families/multi-label.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import type { MultiLabelOutcome } from "../../metrics/multi-label-outcome.ts";

/** One label of a multi-label classifier. */
export interface MultiLabelRow {
  readonly label: string;
  /** Rows that have it. */
  readonly support: number;
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Absent when all rows or none have the label. */
  readonly rocAuc?: number;
}

/** The labels of an outcome with what tables show of each, in the model's order. */
export function multiLabelRows(outcome: MultiLabelOutcome): MultiLabelRow[] {
  const { labels, actual, thresholds } = outcome;
  const measured = measureOutcome(multiLabelFamily, outcome);
  const support = new Float64Array(labels.length);
  actual.forEach((mark, item) => {
    support[item % labels.length]! += mark;
  });
  return labels.map((label, index) => {
    const rocAuc = measured[labelMetricKey("rocAuc", label)];
    return {
      label,
      support: support[index]!,
      threshold: thresholds[index]!,
      precision: measured[labelMetricKey("precision", label)]!,
      recall: measured[labelMetricKey("recall", label)]!,
      f1: measured[labelMetricKey("f1", label)]!,
      ...(rocAuc === undefined ? {} : { rocAuc }),
    };
  });
}
