export { bootstrapClassification } from "./intervals/bootstrap-classification.ts";
export { bootstrapLanguageModel, compareLanguageModels } from "./intervals/bootstrap-language-model.ts";
export type { BootstrapOptions } from "./intervals/bootstrap-options.ts";
export { compareOutcomes, type MetricComparison } from "./intervals/compare-outcomes.ts";
export { accuracy, bestClasses } from "./metrics/accuracy.ts";
export { type CalibrationBin, calibrationBins } from "./metrics/calibration.ts";
export { type ClassificationOutcome, predictedClasses } from "./metrics/classification-outcome.ts";
export { type PrecisionRecallCurve, precisionRecallCurve, type RocCurve, rocCurve } from "./metrics/curves.ts";
export {
  type ClassificationMeasures,
  type ClassMeasures,
  measureClassification,
} from "./metrics/measure-classification.ts";
export { type DocumentScore, measureLanguageModel } from "./metrics/measure-language-model.ts";
export { softmaxRows } from "./metrics/softmax-rows.ts";
export { measureSpans, type Span, type SpanMeasures, taggedSpans } from "./metrics/spans.ts";
export type { ModelCardInput } from "./report/card/model-card-input.ts";
export { renderLanguageModelCard } from "./report/card/render-language-model-card.ts";
export { renderModelCard } from "./report/card/render-model-card.ts";
export type {
  BaselineResult,
  DataSummary,
  EvaluationReport,
  Fact,
  JudgedRow,
  LearningHistory,
} from "./report/evaluation-report.ts";
export { formatDifference, formatInterval } from "./report/number-format.ts";
export { formatConfusion } from "./report/terminal/confusion-table.ts";
export { formatMeasuresTable, type NamedMeasures } from "./report/terminal/measures-table.ts";
export { describeVerdict } from "./report/verdict.ts";
export { type Mistake, worstMistakes } from "./report/worst-mistakes.ts";
