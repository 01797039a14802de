export { agreementInterval } from "./agreement/agreement-interval.ts";
export type { AgreementOf } from "./agreement/agreement-of.ts";
export { cohenKappa, cohenKappaOf, type KappaWeights } from "./agreement/cohen-kappa.ts";
export { fleissKappa, fleissKappaOf } from "./agreement/fleiss-kappa.ts";
export { type AgreementLevel, krippendorffAlpha, krippendorffAlphaOf } from "./agreement/krippendorff-alpha.ts";
export { krippendorffAlphaOfNumbers } from "./agreement/krippendorff-alpha-of-numbers.ts";
export type { Ratings } from "./agreement/ratings.ts";
export { classCalibrationEvidence, labelCalibrationEvidence } from "./calibration/calibration-evidence.ts";
export { type CalibrationMeasures, classCalibration, labelCalibration } from "./calibration/calibration-measures.ts";
export {
  type ChosenTemperature,
  chooseClassTemperature,
  chooseLabelTemperature,
  type NoTemperature,
} from "./calibration/choose-temperature.ts";
export { fitRejectThreshold, type RejectEffect, rejectEffect } from "./calibration/fit-reject-threshold.ts";
export { temperClasses, temperLabels, temperProbability } from "./calibration/temper.ts";
export { estimateClassification, type UnlabelledClassification } from "./estimated/estimate-classification.ts";
export { anomalyFamily, unlabelledAnomalyFamily } from "./families/anomalies.ts";
export { classificationFamily } from "./families/classification.ts";
export { embeddingFamily, similarityFamily } from "./families/embeddings.ts";
export { forecastFamily } from "./families/forecasts.ts";
export { causalLanguageModelingFamily, maskedLanguageModelingFamily } from "./families/language-modeling.ts";
export { measureOutcome } from "./families/measure-outcome.ts";
export type { FamilyWords, MetricFamily, PreparedOutcome } from "./families/metric-family.ts";
export { multiLabelFamily } from "./families/multi-label.ts";
export { recommendationFamily } from "./families/recommendations.ts";
export { regressionFamily } from "./families/regression.ts";
export { spanFamily } from "./families/spans.ts";
export { measureWrittenText, writtenTextFamily } from "./families/written-texts.ts";
export type { BootstrapOptions } from "./intervals/bootstrap-options.ts";
export { compareOutcomes, type MetricComparison } from "./intervals/compare-outcomes.ts";
export { type FoldMeasures, type FoldOutcome, measureFold, measureFolds } from "./intervals/cross-validation.ts";
export { intervals } from "./intervals/intervals.ts";
export { shareInterval } from "./intervals/share-interval.ts";
export { labelQuality } from "./label-errors/confident-learning.ts";
export type { LabelDoubt } from "./label-errors/label-doubts.ts";
export { accuracy, bestClasses } from "./metrics/accuracy.ts";
export type { AnomalyOutcome } from "./metrics/anomaly-outcome.ts";
export { type CalibrationBin, calibrationBins } from "./metrics/calibration.ts";
export { type ClassificationOutcome, predictedClasses } from "./metrics/classification-outcome.ts";
export { type PrecisionRecallCurve, precisionRecallCurve, type RocCurve, rocCurve } from "./metrics/curves.ts";
export type { DocumentScore } from "./metrics/document-score.ts";
export type {
  EmbeddingOutcome,
  RankedQuery,
  RetrievalOutcome,
  SimilarityOutcome,
} from "./metrics/embedding-outcome.ts";
export { fitThresholds } from "./metrics/fit-thresholds.ts";
export type { ForecastOutcome, ForecastWindow } from "./metrics/forecast-outcome.ts";
export { labelMetricKey } from "./metrics/label-metrics.ts";
export {
  type ClassificationMeasures,
  type ClassMeasures,
  measureClassification,
} from "./metrics/measure-classification.ts";
export type { MultiLabelOutcome, MultiLabelScores } from "./metrics/multi-label-outcome.ts";
export { rankDocuments, type Searches } from "./metrics/rank-documents.ts";
export type { RecommendationOutcome, RecommendedUser } from "./metrics/recommendation-outcome.ts";
export type { RegressionOutcome } from "./metrics/regression-outcome.ts";
export { leadingWords, rougeWords } from "./metrics/rouge.ts";
export { softmaxRows } from "./metrics/softmax-rows.ts";
export type { LabelledSpan, SpanOutcome, SpanRow } from "./metrics/span-outcome.ts";
export { measureSpans, type Span, type SpanMeasures, taggedSpans } from "./metrics/spans.ts";
export type { WrittenText, WrittenTexts } from "./metrics/written-texts.ts";
export { anomalyCard } from "./report/card/families/anomaly-card.ts";
export { classificationCard } from "./report/card/families/classification-card.ts";
export { embeddingCard } from "./report/card/families/embedding-card.ts";
export { forecastCard } from "./report/card/families/forecast-card.ts";
export { multiLabelCard } from "./report/card/families/multi-label-card.ts";
export { recommendationCard } from "./report/card/families/recommendation-card.ts";
export { regressionCard } from "./report/card/families/regression-card.ts";
export { spanCard } from "./report/card/families/span-card.ts";
export { codeBlock, codeSpan, escapeMarkdown } from "./report/card/markdown.ts";
export type { CardEvidence, CardParts, ModelCardInput } from "./report/card/model-card.ts";
export { renderModelCard } from "./report/card/render-model-card.ts";
export type {
  BaselineResult,
  DataSummary,
  EvaluatedRow,
  EvaluationReport,
  LearningHistory,
  RecipeFact,
  ReportBody,
} from "./report/evaluation-report.ts";
export { formatDifference, formatInterval, formatMeasure, formatValue } from "./report/number-format.ts";
export { confusionRows } from "./report/terminal/confusion-table.ts";
export { formatMeasuresTable, type NamedMeasures } from "./report/terminal/measures-table.ts";
export { alignColumns } from "./report/terminal/text-columns.ts";
export { titleInSentence } from "./report/title-in-sentence.ts";
export { describeVerdict } from "./report/verdict.ts";
export { type Mistake, worstMistakes } from "./report/worst-mistakes.ts";
export { type SequencePlan, unitsToShow } from "./sequential/boundary.ts";
export {
  differenceSequence,
  FEWEST_UNITS,
  meanSequence,
  type SequentialInterval,
} from "./sequential/confidence-sequence.ts";
export {
  type Guardrail,
  type GuardrailVerdict,
  guardrailVerdict,
  type JudgedGuardrail,
  judgeGuardrails,
} from "./sequential/guardrails.ts";
export {
  joinMoments,
  type Moments,
  momentsOf,
  momentsOfShare,
  NO_MOMENTS,
  varianceOfMoments,
} from "./sequential/moments.ts";
export { type SampleRatio, sampleRatio } from "./sequential/sample-ratio.ts";
export { shareSequence } from "./sequential/share-sequence.ts";
