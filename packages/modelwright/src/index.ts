/** `modelwright`: a recipe or a model in code trained, evaluated, registered, loaded and served. */
export {
  defineRecipe,
  type ErrorCode,
  isUserError,
  type Measure,
  type ModelManifest,
  ModelwrightError,
  type Recipe,
  type RecipeInput,
  type TaskName,
  taskNames,
} from "@modelwright/contracts";
export {
  type CharacterVocabulary,
  characterVocabulary,
  loadTokenizer,
  readDocuments,
  type TextDocument,
  type TextTokenizer,
  type TokenizerKind,
  type TokenizerTrainingOptions,
  trainTokenizer,
} from "@modelwright/data";
export {
  type DType,
  RandomSource,
  type Shape,
  type Tensor,
  tensor,
  tensorFrom,
  type Value,
} from "@modelwright/engine";
export {
  accuracy,
  bestClasses,
  measureSpans,
  type Span,
  type SpanMeasures,
  taggedSpans,
} from "@modelwright/evaluation";
export {
  CausalLanguageModel,
  type Filling,
  type GenerateOptions,
  type Generation,
  type LabelProbability,
  type LoadedModel,
  type LoadedModelOf,
  type MaskCandidate,
  MaskedLanguageModel,
  type TextClassifier,
  type TextPrediction,
} from "@modelwright/inference";
export {
  defineModel,
  type LossParts,
  type LossValues,
  type ModelDefinition,
  type ModelOf,
  type TensorSpec,
  type TensorSpecs,
  type ValuesOf,
} from "@modelwright/models";
export { migrateRegistry, openRegistry, type Registry, type SchemaChange } from "@modelwright/registry";
export { type RunningServer, type StartOptions, startServer } from "@modelwright/server";
export {
  type BatchSource,
  type LanguageModelTraining,
  loadTrainedModel,
  type PaddedTextsOptions,
  type PretrainedLanguageModel,
  type PretrainingOptions,
  paddedTexts,
  pretrainCausalLanguageModel,
  pretrainMaskedLanguageModel,
  ReadyModel,
  type TensorDataset,
  TrainedModel,
  type TrainingEvent,
  type TrainModelOptions,
  trainModel,
  type WholeTensors,
} from "@modelwright/training";
export { type ExportedModel, type ExportOptions, exportModel } from "./export/export-model.ts";
export { draftSchema } from "./inspection/draft-schema.ts";
export { type DataInspection, type InspectOptions, inspectData, profileData } from "./inspection/inspect-data.ts";
export { renderProfile } from "./inspection/page/render-profile.ts";
export { type DataPreview, type PreviewOptions, type PreviewRow, previewData } from "./inspection/preview-data.ts";
export { loadMonitorSettings } from "./monitoring/load-settings.ts";
export { type Monitored, type MonitorOptions, monitorOnce } from "./monitoring/monitor-once.ts";
export { renderMonitorReport } from "./monitoring/page/render-monitor-report.ts";
export type { MonitorReport } from "./monitoring/report.ts";
export { type EvaluateOptions, type EvaluateResult, evaluateModel } from "./pipeline/evaluate.ts";
export {
  type LoadModelOptions,
  loadModel,
} from "./pipeline/load-model.ts";
export { type LoadedRecipe, loadRecipe } from "./pipeline/load-recipe.ts";
export type { EvaluationTable, RunEvent, TrainResult, TriedItem } from "./pipeline/run-event.ts";
export { type TrainOptions, train } from "./pipeline/train.ts";
export { type RetrainOptions, type RetrainResult, retrain } from "./retraining/retrain.ts";
export type { RetrainingResult } from "./retraining/retraining-result.ts";
export { type FoundText, type SearchOptions, searchTexts } from "./tasks/embedding/search-texts.ts";
export type { Decision } from "./traffic/decide.ts";
export type { TrafficEvidence } from "./traffic/evidence.ts";
export type { JudgedMeasure } from "./traffic/judge.ts";
export { type StartTrafficOptions, startTraffic } from "./traffic/start-traffic.ts";
export { lookAtTraffic, stepTraffic, type TrafficLook, type TrafficStep } from "./traffic/step-traffic.ts";
export { type WatchTrafficOptions, watchTraffic } from "./traffic/watch-traffic.ts";
