/** The metrics of one label against the rest, under `<metric>:<label>` among the measures. */
export const LABEL_METRICS = ["precision", "recall", "f1", "rocAuc"] as const;
export type LabelMetric = (typeof LABEL_METRICS)[number];
