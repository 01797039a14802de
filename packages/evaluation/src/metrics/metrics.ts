import { classificationMetrics, type MetricDescription } from "./classification-metrics.ts";
import { languageModelMetrics } from "./language-model-metrics.ts";

/** Every metric of every task, in the order in which tables show them. */
export const metrics = { ...classificationMetrics, ...languageModelMetrics } satisfies Record<
  string,
  MetricDescription
>;

export type Metric = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as Metric[];
