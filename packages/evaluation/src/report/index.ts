// An entry of its own: whoever only measures does not load what draws a report.
export { anomalyBody } from "./families/anomaly-body.ts";
export { classificationBody } from "./families/classification-body.ts";
export { embeddingBody } from "./families/embedding-body.ts";
export { forecastBody } from "./families/forecast-body.ts";
export { languageModelingBody } from "./families/language-modeling-body.ts";
export { multiLabelBody } from "./families/multi-label-body.ts";
export { recommendationBody } from "./families/recommendation-body.ts";
export { regressionBody } from "./families/regression-body.ts";
export { spanBody } from "./families/span-body.ts";
export { type SpanLabelRow, spanLabelRows } from "./families/span-rows.ts";
export { writtenTextBody } from "./families/written-text-body.ts";
export { renderReport } from "./render-report.ts";
export { factSection } from "./sections/facts.ts";
