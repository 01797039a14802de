import { ANOMALY_METRICS } from "./anomalies.ts";
import { CLASSIFICATION_METRICS } from "./classification.ts";
import { EMBEDDING_METRICS } from "./embeddings.ts";
import { FORECAST_METRICS } from "./forecasts.ts";
import { LANGUAGE_MODELING_METRICS } from "./language-modeling.ts";
import type { MetricTable } from "./metric-description.ts";
import { MULTI_LABEL_METRICS } from "./multi-label.ts";
import { RECOMMENDATION_METRICS } from "./recommendations.ts";
import { REGRESSION_METRICS } from "./regression.ts";
import { SPAN_METRICS } from "./spans.ts";
import { WRITTEN_TEXT_METRICS } from "./written-texts.ts";

/**
 * The tables of all families, each under a key of its own: two families may have a metric of one name, such as
 * `logLoss`, that means another thing.
 */
export const METRIC_FAMILIES = {
  classification: CLASSIFICATION_METRICS,
  "language-modeling": LANGUAGE_MODELING_METRICS,
  regression: REGRESSION_METRICS,
  anomalies: ANOMALY_METRICS,
  "multi-label": MULTI_LABEL_METRICS,
  spans: SPAN_METRICS,
  embeddings: EMBEDDING_METRICS,
  recommendations: RECOMMENDATION_METRICS,
  "written-texts": WRITTEN_TEXT_METRICS,
  forecasts: FORECAST_METRICS,
} as const satisfies Readonly<Record<string, MetricTable>>;

export type MetricFamilyName = keyof typeof METRIC_FAMILIES;
