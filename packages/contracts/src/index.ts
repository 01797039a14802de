export { closestName, nearestTo } from "./closest-name.ts";
export { choices, type ErrorDefinition } from "./errors/error-definition.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  errorDefinitions,
  isUserError,
  ModelwrightError,
} from "./errors/modelwright-error.ts";
export {
  checkHttpValue,
  type ErrorBody,
  errorBodySchema,
  type HttpSchema,
  type InferRequest,
  type InferResponse,
  inferenceErrorSchema,
  inferRequestSchema,
  inferResponseSchema,
  liveSchema,
  type ModelList,
  modelListSchema,
  modelMetadataSchema,
  modelParamsSchema,
  modelReadySchema,
  modelVersionParamsSchema,
  openApiSchema,
  type PredictRequest,
  type PredictResponse,
  predictQuerySchema,
  predictRequestSchema,
  predictResponseSchema,
  readySchema,
  type SchemaIssue,
  serverMetadataSchema,
  showHttpValue,
  type TextLimits,
} from "./http-schemas.ts";
export {
  isOfTask,
  type ManifestFile,
  type ManifestOf,
  type Measure,
  type ModelDescription,
  type ModelManifest,
  measureSchema,
  modelManifestSchema,
} from "./manifest/model-manifest.ts";
export { type ParsedManifest, parseManifest } from "./manifest/parse-manifest.ts";
export { CLASSIFICATION_METRICS, type ClassificationMetric } from "./metrics/classification.ts";
export { LANGUAGE_MODELING_METRICS, type LanguageModelingMetric } from "./metrics/language-modeling.ts";
export type { MetricDescription, MetricTable } from "./metrics/metric-description.ts";
export { METRIC_FAMILIES, type MetricFamilyName } from "./metrics/metric-families.ts";
export { MULTI_LABEL_METRICS, type MultiLabelMetric } from "./metrics/multi-label.ts";
export { REGRESSION_METRICS, type RegressionMetric } from "./metrics/regression.ts";
export { decisiveValues } from "./recipe/decisive-values.ts";
export { defineRecipe, parseRecipe, recipeJsonSchema } from "./recipe/parse-recipe.ts";
export type { Recipe, RecipeInput, RecipeInputs, Recipes } from "./recipe/recipe.ts";
export type {
  CausalLanguageModelingRecipe,
  CausalLanguageModelManifest,
  LanguageModelingRecipe,
  MaskedLanguageModelingRecipe,
  MaskedLanguageModelManifest,
  TextClassificationManifest,
  TextClassificationRecipe,
} from "./tasks/earlier-names.ts";
export type { CommonSections, ItemLimits, TaskSchemas, TaskWords } from "./tasks/task-schemas.ts";
export {
  type AnswerOf,
  type ItemOf,
  type OptionsOf,
  TASKS,
  type TaskName,
  type TaskName as RecipeTask,
  taskNames,
  taskNames as recipeTasks,
  taskSchemas,
} from "./tasks/tasks.ts";
export type { TensorSignature } from "./tasks/tensors.ts";
