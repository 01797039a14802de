import { CLASSIFICATION_METRICS, LANGUAGE_MODELING_METRICS, type MetricDescription } from "@modelwright/contracts";

/** Every metric of every task, in the order in which tables show them. */
export const metrics = { ...CLASSIFICATION_METRICS, ...LANGUAGE_MODELING_METRICS } satisfies Record<
  string,
  MetricDescription
>;

export type Metric = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as Metric[];
