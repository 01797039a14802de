import type { MetricTable } from "./metric-description.ts";

/** The metrics of a model that ranks rows by how odd they are. Without known anomalies only the share that is flagged is measured. */
export const ANOMALY_METRICS = {
  averagePrecision: {
    title: "Average precision",
    headline: true,
    better: "higher",
    summary:
      "Mean share of known anomalies among the oddest rows, over the places of all known anomalies; the share of anomalies among all rows is guessing.",
  },
  rocAuc: {
    title: "ROC AUC",
    headline: true,
    better: "higher",
    summary: "Chance that a known anomaly is odder than an ordinary row; 0.5 is guessing.",
  },
  precision: {
    title: "Precision",
    headline: true,
    better: "higher",
    summary: "Share of known anomalies among the rows that are flagged.",
  },
  recall: {
    title: "Recall",
    headline: true,
    better: "higher",
    summary: "Share of the known anomalies that are flagged.",
  },
  f1: { title: "F1", better: "higher", summary: "Harmonic mean of precision and recall of the flagged rows." },
  precisionAtN: {
    title: "Precision at n",
    better: "higher",
    summary: "Share of known anomalies among the n oddest rows, where n is the number of known anomalies.",
  },
  shareGap: {
    title: "Gap of the flagged share",
    headline: true,
    better: "lower",
    summary: "How far the share of rows that are flagged is from the one that was expected of them.",
  },
} as const satisfies MetricTable;

export type AnomalyMetric = keyof typeof ANOMALY_METRICS;
