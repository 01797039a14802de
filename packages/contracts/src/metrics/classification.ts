import type { MetricTable } from "./metric-description.ts";

/** The metrics of a classifier that gives each row one label. */
export const CLASSIFICATION_METRICS = {
  f1Macro: {
    title: "Macro F1",
    headline: true,
    better: "higher",
    summary: "Harmonic mean of precision and recall for each label, averaged so that every label counts the same.",
  },
  accuracy: { title: "Accuracy", headline: true, better: "higher", summary: "Share of rows with the right label." },
  precisionMacro: {
    title: "Macro precision",
    better: "higher",
    summary: "Of the rows that were given a label, the share that have it; averaged over labels.",
  },
  recallMacro: {
    title: "Macro recall",
    better: "higher",
    summary: "Of the rows that have a label, the share that were given it; averaged over labels.",
  },
  balancedAccuracy: {
    title: "Balanced accuracy",
    better: "higher",
    summary: "Recall averaged over the labels that occur in the test rows.",
  },
  rocAuc: {
    title: "ROC AUC",
    better: "higher",
    summary: "Chance that a row of a label ranks above one of another label; 0.5 is guessing.",
  },
  averagePrecision: {
    title: "Average precision",
    better: "higher",
    summary: "Area under the precision-recall curve.",
  },
  logLoss: {
    title: "Log loss",
    headline: true,
    better: "lower",
    summary: "Mean negative logarithm of the probability given to the right label.",
  },
  expectedCalibrationError: {
    title: "Calibration error",
    better: "lower",
    summary: "Mean distance between the stated confidence and the share of right answers.",
  },
  coverage: {
    title: "Coverage",
    headline: true,
    better: "higher",
    summary: "Share of rows that get an answer, of a model that rejects what it is not sure of.",
  },
  answeredAccuracy: {
    title: "Accuracy of answers",
    headline: true,
    better: "higher",
    summary: "Share of right answers among the rows that get one, of a model that rejects what it is not sure of.",
  },
} as const satisfies MetricTable;

export type ClassificationMetric = keyof typeof CLASSIFICATION_METRICS;
