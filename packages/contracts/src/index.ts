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
  type ManifestFile,
  type Measure,
  type ModelManifest,
  measureSchema,
  modelManifestSchema,
  type TensorSignature,
} from "./model-manifest.ts";
export { defineRecipe, parseRecipe, recipeJsonSchema } from "./recipe/parse-recipe.ts";
export { type Recipe, type RecipeInput, recipeSchema, resolveRecipe } from "./recipe/recipe.ts";
