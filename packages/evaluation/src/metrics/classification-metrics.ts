/** How a metric is read. */
export interface MetricDescription {
  readonly title: string;
  /** Which direction is better. */
  readonly better: "higher" | "lower";
  /** One sentence for a reader who does not know the metric. */
  readonly meaning: string;
}

/** The metrics of a whole classifier, in the order in which tables show them. */
export const classificationMetrics = {
  f1Macro: {
    title: "Macro F1",
    better: "higher",
    meaning: "Harmonic mean of precision and recall for each label, averaged so that every label counts the same.",
  },
  accuracy: { title: "Accuracy", better: "higher", meaning: "Share of rows with the right label." },
  precisionMacro: {
    title: "Macro precision",
    better: "higher",
    meaning: "Of the rows that were given a label, the share that have it; averaged over labels.",
  },
  recallMacro: {
    title: "Macro recall",
    better: "higher",
    meaning: "Of the rows that have a label, the share that were given it; averaged over labels.",
  },
  balancedAccuracy: {
    title: "Balanced accuracy",
    better: "higher",
    meaning: "Recall averaged over the labels that occur in the test rows.",
  },
  rocAuc: {
    title: "ROC AUC",
    better: "higher",
    meaning: "Chance that a row of a label ranks above one of another label; 0.5 is guessing.",
  },
  averagePrecision: {
    title: "Average precision",
    better: "higher",
    meaning: "Area under the precision-recall curve.",
  },
  logLoss: {
    title: "Log loss",
    better: "lower",
    meaning: "Mean negative logarithm of the probability given to the right label.",
  },
  expectedCalibrationError: {
    title: "Calibration error",
    better: "lower",
    meaning: "Mean distance between the stated confidence and the share of right answers.",
  },
} as const satisfies Record<string, MetricDescription>;

export type ClassificationMetric = keyof typeof classificationMetrics;

export const classificationMetricNames = Object.keys(classificationMetrics) as ClassificationMetric[];

/** The metrics of one label. */
export const classMetricNames = ["precision", "recall", "f1", "rocAuc"] as const;
export type ClassMetric = (typeof classMetricNames)[number];

/** The name under which one label's metric stands among the measures: `f1:spam`. */
export function classMetricKey(metric: ClassMetric, label: string): string {
  return `${metric}:${label}`;
}
