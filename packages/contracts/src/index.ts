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
export { CLASSIFICATION_METRICS, type ClassificationMetric } from "./metrics/classification.ts";
export { LANGUAGE_MODELING_METRICS, type LanguageModelingMetric } from "./metrics/language-modeling.ts";
export type { MetricDescription, MetricTable } from "./metrics/metric-description.ts";
export { METRIC_FAMILIES, type MetricFamilyName } from "./metrics/metric-families.ts";
export { MULTI_LABEL_METRICS, type MultiLabelMetric } from "./metrics/multi-label.ts";
export { REGRESSION_METRICS, type RegressionMetric } from "./metrics/regression.ts";
export {
  type CausalLanguageModelManifest,
  isOfTask,
  type ManifestFile,
  type ManifestOf,
  type MaskedLanguageModelManifest,
  type Measure,
  type ModelDescription,
  type ModelManifest,
  measureSchema,
  modelManifestSchema,
  type TensorSignature,
  type TextClassificationManifest,
} from "./model-manifest.ts";
export type {
  CausalLanguageModelingRecipe,
  LanguageModelingRecipe,
  MaskedLanguageModelingRecipe,
} from "./recipe/language-modeling-recipe.ts";
export { defineRecipe, parseRecipe, recipeJsonSchema } from "./recipe/parse-recipe.ts";
export {
  type Recipe,
  type RecipeInput,
  type RecipeInputs,
  type Recipes,
  type RecipeTask,
  recipeTasks,
} from "./recipe/recipes.ts";
export type { TextClassificationRecipe } from "./recipe/text-classification-recipe.ts";
