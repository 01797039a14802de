// What a server keeps of items passes through here: it does not know the package of data itself.
export { maskPersonalData } from "@modelwright/data";
export type { Oddness, RowWatcher } from "./anomaly-detection/row-watcher.ts";
export {
  CausalLanguageModel,
  type LoadedCausalLanguageModel,
} from "./causal-language-modeling/causal-language-model.ts";
export { type EmbeddedText, TextEmbedder } from "./embedding/text-embedder.ts";
export { DEFAULT_SEED, type GenerateOptions, type Generation } from "./generation/generate-options.ts";
export type { Prompt, TextWriter, WriteRequest, Written } from "./generation/text-writer.ts";
export type { AnswerContext, InferenceRow, OutputTensor, ProtocolTensors } from "./inference-row.ts";
export { InstructionModel } from "./instruction-tuning/instruction-model.ts";
export type { DocumentScore, LanguageModel, ScoreOptions } from "./language-models/language-model.ts";
export type { WritingDecoderParts, WritingOptions } from "./language-models/writing-decoder.ts";
export { loadVersion, loadVersionOf } from "./load-version.ts";
export type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "./loaded-model.ts";
export {
  type Filling,
  type FillOptions,
  type LoadedMaskedLanguageModel,
  type MaskCandidate,
  MaskedLanguageModel,
} from "./masked-language-modeling/masked-language-model.ts";
export { type LoadOptions, readManifest } from "./open-version.ts";
export { type Query, type Recommended, Recommender } from "./recommendation/recommender.ts";
export { type Histories, type RecommenderParts, recommenderGraph } from "./recommendation/recommender-graph.ts";
export { SequenceToSequenceModel, type TransformOptions } from "./sequence-to-sequence/sequence-to-sequence-model.ts";
export { FailedItem } from "./shared-base/failed-item.ts";
export {
  type BaseMember,
  type MemberApart,
  type MemberItem,
  SharedBase,
  type SharedBaseLoading,
} from "./shared-base/shared-base.ts";
export { ADAPTER_FILE, sharingKey } from "./shared-base/sharing-key.ts";
export { INFERENCE, inferenceRow, type LoadedModelOf } from "./table.ts";
export { ColumnEncoders } from "./table-rows/column-encoders.ts";
export { type RowPrediction, TableClassifier } from "./tabular-classification/table-classifier.ts";
export { type PredictedNumber, TableRegressor } from "./tabular-regression/table-regressor.ts";
export type { TinyVersion } from "./testing/tiny-version.ts";
export {
  type GivenLabel,
  type LabelProbability,
  type RejectedText,
  TextClassifier,
  type TextPrediction,
} from "./text-classification/text-classifier.ts";
export { type Forecast, Forecaster } from "./time-series-forecasting/forecaster.ts";
export { type MarkedText, TokenClassifier } from "./token-classification/token-classifier.ts";
