import type { MetricTable } from "./metric-description.ts";

/** The metrics of a classifier that gives each row any number of labels. */
export const MULTI_LABEL_METRICS = {
  f1Micro: {
    title: "Micro F1",
    headline: true,
    better: "higher",
    summary: "Harmonic mean of precision and recall over all pairs of row and label: frequent labels count more.",
  },
  f1Macro: {
    title: "Macro F1",
    headline: true,
    better: "higher",
    summary: "Harmonic mean of precision and recall for each label, averaged so that every label counts the same.",
  },
  precisionMicro: {
    title: "Micro precision",
    better: "higher",
    summary: "Share of the labels given that are right.",
  },
  recallMicro: { title: "Micro recall", better: "higher", summary: "Share of the actual labels that were given." },
  averagePrecisionMacro: {
    title: "Macro average precision",
    headline: true,
    better: "higher",
    summary: "Area under each label's precision-recall curve, averaged over labels; needs no threshold.",
  },
  averagePrecisionMicro: {
    title: "Micro average precision",
    better: "higher",
    summary: "Area under the precision-recall curve of all pairs of row and label; needs no threshold.",
  },
  rocAucMacro: {
    title: "Macro ROC AUC",
    better: "higher",
    summary: "Chance that a row with a label ranks above one without it, averaged over labels; 0.5 is guessing.",
  },
  subsetAccuracy: {
    title: "Subset accuracy",
    better: "higher",
    summary: "Share of rows that were given exactly their labels.",
  },
  hammingLoss: {
    title: "Hamming loss",
    better: "lower",
    summary: "Share of all pairs of row and label that are wrong.",
  },
  logLoss: {
    title: "Log loss",
    better: "lower",
    summary: "Mean negative logarithm of the probability given to the truth of each pair of row and label.",
  },
} as const satisfies MetricTable;

export type MultiLabelMetric = keyof typeof MULTI_LABEL_METRICS;
