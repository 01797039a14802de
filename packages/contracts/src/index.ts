export {
  PERMISSIONS,
  type Permission,
  permissionsOf,
  ROLE_NAMES,
  ROLES,
  type Role,
  rolesWith,
} from "./access/roles.ts";
export { closestName, nearestTo } from "./closest-name.ts";
export {
  DRIFT_PARTS,
  type DriftPart,
  type DriftReference,
  type DriftThreshold,
  parseDriftReference,
  type Sketch,
  type SketchKind,
  type SketchOf,
} from "./drift/drift-reference.ts";
export { choices, type ErrorDefinition } from "./errors/error-definition.ts";
export type { JsonForm } from "./errors/json-form.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  errorDefinitions,
  isUserError,
  ModelwrightError,
} from "./errors/modelwright-error.ts";
export { checkHttpValue, type HttpSchema, openApiSchema, type SchemaIssue, showHttpValue } from "./http/check-value.ts";
export { type ErrorBody, errorBodySchema, inferenceErrorSchema } from "./http/error-bodies.ts";
export {
  FEEDBACK_WAYS,
  type FeedbackEntry,
  type FeedbackRequest,
  type FeedbackResponse,
  feedbackRequestSchema,
  feedbackResponseSchema,
} from "./http/feedback.ts";
export {
  type ModelList,
  modelListSchema,
  modelParamsSchema,
  modelVersionParamsSchema,
  openApiDocumentSchema,
} from "./http/models.ts";
export {
  type InferRequest,
  type InferResponse,
  type InputTensor,
  inferRequestSchema,
  inferResponseSchema,
  liveSchema,
  type ModelStatistics,
  modelMetadataSchema,
  modelReadySchema,
  modelStatisticsListSchema,
  type OutputDatatype,
  type RepositoryIndexRequest,
  readySchema,
  repositoryIndexRequestSchema,
  repositoryIndexSchema,
  serverMetadataSchema,
  type TensorMetadata,
} from "./http/open-inference-protocol.ts";
export {
  type ChatCompletion,
  type ChatRequest,
  type Completion,
  type CompletionRequest,
  chatCompletionSchema,
  chatRequestSchema,
  completionRequestSchema,
  completionSchema,
  type OpenAiError,
  type OpenAiModel,
  openAiErrorSchema,
  openAiModelSchema,
  type TokenUsage,
} from "./http/openai.ts";
export {
  EMBEDDING_OBJECT,
  type EmbeddingsRequest,
  type EmbeddingsResponse,
  embeddingsRequestSchema,
  embeddingsResponseSchema,
} from "./http/openai-embeddings.ts";
export {
  anyOfSchemas,
  inferOptionsSchema,
  type PredictRequestBody,
  type PredictResponse,
  predictQueryDocument,
  predictQuerySchema,
  predictRequestSchema,
  predictResponseSchema,
  type RequestLimits,
} from "./http/predict.ts";
export {
  type CrossValidationManifest,
  isOfTask,
  type ManifestFile,
  type ManifestOf,
  type Measure,
  type ModelDescription,
  type ModelManifest,
  measureSchema,
  modelManifestSchema,
} from "./manifest/model-manifest.ts";
export { parseManifest } from "./manifest/parse-manifest.ts";
export { ANOMALY_METRICS, type AnomalyMetric } from "./metrics/anomalies.ts";
export { CLASSIFICATION_METRICS, type ClassificationMetric } from "./metrics/classification.ts";
export { EMBEDDING_METRICS, type EmbeddingMetric } from "./metrics/embeddings.ts";
export { FORECAST_METRICS, type ForecastMetric } from "./metrics/forecasts.ts";
export { LABEL_METRICS, type LabelMetric } from "./metrics/label-metrics.ts";
export { LANGUAGE_MODELING_METRICS, type LanguageModelingMetric } from "./metrics/language-modeling.ts";
export type { MetricDescription, MetricTable } from "./metrics/metric-description.ts";
export { METRIC_FAMILIES, type MetricFamilyName } from "./metrics/metric-families.ts";
export { MULTI_LABEL_METRICS, type MultiLabelMetric } from "./metrics/multi-label.ts";
export { RECOMMENDATION_METRICS, type RecommendationMetric } from "./metrics/recommendations.ts";
export { REGRESSION_METRICS, type RegressionMetric } from "./metrics/regression.ts";
export { SPAN_LABEL_METRICS, SPAN_METRICS, type SpanMetric } from "./metrics/spans.ts";
export { WRITTEN_TEXT_METRICS, type WrittenTextMetric } from "./metrics/written-texts.ts";
export {
  type AlertSettings,
  MONITOR_CHECKS,
  type MonitorCheckName,
  type MonitorSettings,
  monitorCheckNames,
  parseMonitorSettings,
  SPAN_PATTERN,
} from "./monitoring/monitor-settings.ts";
export { parseScheduleSettings, type ScheduledJob, type ScheduleSettings } from "./monitoring/schedule-settings.ts";
export { importPeer } from "./peers/import-peer.ts";
export type { ReadDocument } from "./read-format.ts";
export { decisiveValues } from "./recipe/decisive-values.ts";
export { defineRecipe, parseRecipe, recipeJsonSchema } from "./recipe/parse-recipe.ts";
export type { Recipe, RecipeInput, RecipeInputs, Recipes } from "./recipe/recipe.ts";
export type { AnomalyDetector } from "./recipe/sections/anomalies.ts";
export { ARCHITECTURE_SIZES, type ArchitectureName, HEAD_WIDTH } from "./recipe/sections/architectures.ts";
export type { ClassBalance } from "./recipe/sections/class-balance.ts";
export { type ColumnCures, type Cures, describeCures, parseCures } from "./recipe/sections/cures.ts";
export type { ColumnRules, RowRules, TableSchema } from "./recipe/sections/data-schema.ts";
export type { ScratchSizes } from "./recipe/sections/encoder-decoder.ts";
export {
  type ColumnFeatures,
  DATE_PARTS,
  type DatePart,
  type EncodingName,
  encodingOf,
  type FeaturesSection,
  type SingleEncoding,
} from "./recipe/sections/features.ts";
export { asFrozen, asScratch, NO_BASE } from "./recipe/sections/fine-tuning.ts";
export type { ContinuedLanguageModel, ScratchLanguageModel } from "./recipe/sections/language-modeling.ts";
export { type FenceSettings, USUAL_BEYOND } from "./recipe/sections/outliers.ts";
export {
  PERSONAL_DATA_KINDS,
  type PersonalDataKind,
  type PersonalDataSettings,
  type PersonalDataTreatment,
} from "./recipe/sections/personal-data.ts";
export { SERIES_MODELS, type SeriesModelKind } from "./recipe/sections/series-model.ts";
export type { SplitWay } from "./recipe/sections/split.ts";
export type { TableModelKind } from "./recipe/sections/table-model.ts";
export {
  hasStopWords,
  PLAIN_TEXT_CURES,
  type PlainTextCure,
  type StopWordLanguage,
  TEXT_CURES,
  type TextCure,
} from "./recipe/sections/text-cures.ts";
export { defaultOverlap } from "./recipe/sections/text-encoder.ts";
export {
  type ClassifierFineTune,
  type ClassifierFineTuneKind,
  type FineTune,
  type FineTuneKind,
  fineTuneKind,
  type LoraSection,
} from "./recipe/sections/trained-parts.ts";
export { type Quantity, UNITS, type Unit } from "./recipe/sections/units.ts";
export { durationSeconds } from "./recipe/sections/values.ts";
export type { CandidatesManifest, DistillationManifest } from "./tasks/encoder-manifest.ts";
export { TIME_UNITS, type TimeUnit } from "./tasks/frequency.ts";
export { brokenGenerationRule, type GenerationOption, generationOptions } from "./tasks/generation-options.ts";
export type { RankerKind } from "./tasks/recommendation.ts";
export type { RowItem } from "./tasks/row-item.ts";
export type { SeriesItem } from "./tasks/series-item.ts";
export { type ColumnKind, columnKind, type TableColumn } from "./tasks/table-columns.ts";
export type { TablePreprocessing } from "./tasks/table-manifest.ts";
export type { CommonSections, ItemLimits, TaskExample, TaskSchemas, TaskWords } from "./tasks/task-schemas.ts";
export {
  type AnswerOf,
  DEFAULT_TASK,
  type DefaultTask,
  type ItemOf,
  type OptionsOf,
  type OwnManifestOf,
  TASKS,
  type TaskName,
  taskNames,
  taskSchemas,
  truthSchema,
} from "./tasks/tasks.ts";
export type { TensorSignature } from "./tasks/tensors.ts";
export type { TextItem, TextPair } from "./tasks/text-item.ts";
export type { SeriesPreprocessing } from "./tasks/time-series-forecasting.ts";
export type { UserItem } from "./tasks/user-item.ts";
export {
  SENTENCEPIECE_NORMALIZERS,
  type UnigramTokenizerJson,
  type UnigramVocabulary,
  unigramTokenizerJson,
} from "./unigram-tokenizer-json.ts";
