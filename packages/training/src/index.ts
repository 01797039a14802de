export { majorityBaseline } from "./baselines/majority.ts";
export {
  type TextsWithTargets,
  type TfidfModelOptions,
  tfidfModel,
} from "./baselines/tfidf.ts";
export { unigramBaseline } from "./baselines/unigram.ts";
export { type EmbeddingExample, type EmbeddingExamples, exampleRows } from "./batch-sources/example-rows.ts";
export { featureRows } from "./batch-sources/feature-rows.ts";
export { type LabelledTexts, labelPairs } from "./batch-sources/label-pairs.ts";
export { type SourceTargetRows, sourceTargetRows } from "./batch-sources/source-target-rows.ts";
export { sparseRows } from "./batch-sources/sparse-rows.ts";
export {
  classTargets,
  distillationTargets,
  numberTargets,
  type Targets,
  withTargets,
} from "./batch-sources/targets.ts";
export { textRows } from "./batch-sources/text-rows.ts";
export { CheckpointStore } from "./checkpoints/checkpoint-store.ts";
export { type ClassWeighting, classWeightsOf } from "./classification/class-weights.ts";
export {
  type ClassificationMetric,
  classificationEvaluation,
  outcomeOf,
  stopClassifierBy,
} from "./classification/classification-evaluation.ts";
export { Evaluator, type Fetch, type Fetched } from "./evaluator/evaluator.ts";
export { type EvaluatedData, type Evaluation, MEAN_LOSS } from "./evaluator/model-evaluator.ts";
export { byText } from "./fine-tuning/by-text.ts";
export {
  type EmbeddedTexts,
  type EmbeddingOptions,
  embedTexts,
  type VectorsEvent,
} from "./fine-tuning/embed-texts.ts";
export { type EncodedData, type EncodedSplit, type EncodedTexts, encodeData } from "./fine-tuning/encoded-split.ts";
export { classifySplit, type FineTuningOptions, fineTune } from "./fine-tuning/fine-tune.ts";
export { type ContrastiveTask, type ContrastiveTraining, trainContrastive } from "./fine-tuning/train-contrastive.ts";
export { type EmbeddingTask, type TrainedEncoder, trainEmbedding } from "./fine-tuning/train-embedding.ts";
export {
  type EncoderTask,
  type EncoderTraining,
  type FineTunedModel,
  type HeadStart,
  trainEncoder,
} from "./fine-tuning/train-encoder.ts";
export { type PartsTraining, type TrainedAdapter, trainParts } from "./fine-tuning/train-parts.ts";
export type { LoraOptions, SavedAdapter } from "./fine-tuning/trained-parts.ts";
export { VectorCache, type VectorCacheOptions } from "./fine-tuning/vector-cache.ts";
export {
  growIsolationForest,
  type IsolationForest,
  type IsolationHooks,
  type IsolationOptions,
  searchDepth,
} from "./isolation/isolation-forest.ts";
export { packedRows } from "./language-modeling/causal-rows.ts";
export { maskedTextRows } from "./language-modeling/masked-rows.ts";
export {
  type PreparedPretraining,
  type PretrainedLanguageModel,
  type PretrainingKind,
  type PretrainingOptions,
  preparePretraining,
  requireRows,
} from "./language-modeling/pretrain.ts";
export {
  causalPretraining,
  causalTokenIds,
  documentRows,
  END_OF_TEXT,
  pretrainCausalLanguageModel,
} from "./language-modeling/pretrain-causal.ts";
export {
  MASKED_TOKENS,
  maskedPretraining,
  maskedTokenIds,
  pretrainMaskedLanguageModel,
} from "./language-modeling/pretrain-masked.ts";
export {
  type DecoderTask,
  type DecoderTraining,
  type TunedDecoder,
  trainDecoder,
} from "./language-modeling/train-decoder.ts";
export {
  type EncoderDecoderTask,
  type EncoderDecoderTraining,
  trainEncoderDecoder,
} from "./language-modeling/train-encoder-decoder.ts";
export {
  type LanguageModelRun,
  type LanguageModelTraining,
  trainLanguageModel,
} from "./language-modeling/train-language-model.ts";
export {
  type MaskedEncoderTask,
  type MaskedEncoderTraining,
  type TunedMaskedEncoder,
  trainMaskedEncoder,
} from "./language-modeling/train-masked-encoder.ts";
export { classGradient } from "./linear/class-gradient.ts";
export { type DenseRows, type DenseTargets, type DenseTraining, fitDenseLinear } from "./linear/dense-linear-model.ts";
export {
  NGRAM_READING,
  NgramModel,
  type NgramTraining,
  ngramEpochs,
  trainNgramModel,
} from "./linear/train-ngram-model.ts";
export type { EarlyStopping } from "./model/early-stopping.ts";
export { loadTrainedModel } from "./model/load-trained-model.ts";
export { type PaddedTextsOptions, paddedTexts } from "./model/padded-texts.ts";
export type { ParameterGroups } from "./model/parameter-groups.ts";
export { ReadyModel } from "./model/ready-model.ts";
export type { BatchSource, BatchWeight, TensorDataset, WholeTensors } from "./model/tensor-dataset.ts";
export { trainModel } from "./model/train-model.ts";
export type { TrainModelOptions } from "./model/train-model-options.ts";
export { TrainedModel } from "./model/trained-model.ts";
export { type EventMatrix, eventMatrix, itemCounts, withItems } from "./recommenders/event-matrix.ts";
export { type ImplicitOptions, implicitFactors, implicitUser } from "./recommenders/implicit-factors.ts";
export { cosineNeighbours, easeNeighbours, type ItemNeighbours } from "./recommenders/item-neighbours.ts";
export { type RatingFactors, ratingFactors, ratingOf, ratingUser } from "./recommenders/rating-factors.ts";
export { learningRateFactor, type ScheduleName, type ScheduleOptions, warmupSteps } from "./schedules/learning-rate.ts";
export type { FitResult } from "./trainer/fit.ts";
export type { FitState, Validation } from "./trainer/fit-state.ts";
export type { TrainingEvent } from "./trainer/training-event.ts";
export type { TrainingProgram } from "./trainer/training-program.ts";
export { type StepResult, TrainingSession } from "./trainer/training-session.ts";
export type { BeforeUpdate, PendingUpdate, UpdateGradients } from "./trainer/update-hook.ts";
export type { TreeLink } from "./trees/objectives.ts";
export { outOfBagScores } from "./trees/out-of-bag.ts";
export { type TreeLesson, trainSeveralTrees } from "./trees/train-several.ts";
export { type TreeHooks, type TreeRound, trainTrees } from "./trees/train-trees.ts";
export type { TreeColumn, TreeData, TreeRows } from "./trees/tree-data.ts";
export {
  type ColumnImportance,
  type Tree,
  type TreeEnsemble,
  treeImportance,
  treeScores,
} from "./trees/tree-ensemble.ts";
export { decodeTrees, encodeTrees } from "./trees/tree-file.ts";
export { treeGraph } from "./trees/tree-graph.ts";
export type { ObjectiveName, TreeOptions } from "./trees/tree-options.ts";
