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
export {
  SENTENCEPIECE_NORMALIZERS,
  type UnigramTokenizerJson,
  type UnigramVocabulary,
  unigramTokenizerJson,
} from "./unigram-tokenizer-json.ts";
