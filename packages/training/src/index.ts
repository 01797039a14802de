export { majorityBaseline } from "./baselines/majority.ts";
export { type TfidfBaselineOptions, tfidfBaseline } from "./baselines/tfidf.ts";
export { unigramBaseline } from "./baselines/unigram.ts";
export { CheckpointStore } from "./checkpoints/checkpoint-store.ts";
export {
  type PretrainedLanguageModel,
  type PretrainingKind,
  type PretrainingOptions,
  preparePretraining,
} from "./language-modeling/pretrain.ts";
export { causalPretraining, causalTokenIds, pretrainCausalLanguageModel } from "./language-modeling/pretrain-causal.ts";
export { maskedPretraining, maskedTokenIds, pretrainMaskedLanguageModel } from "./language-modeling/pretrain-masked.ts";
export { type LanguageModelTraining, trainLanguageModel } from "./language-modeling/train-language-model.ts";
export { loadTrainedModel } from "./model/load-trained-model.ts";
export { type PaddedTextsOptions, paddedTexts } from "./model/padded-texts.ts";
export { ReadyModel } from "./model/ready-model.ts";
export type { BatchSource, TensorDataset, WholeTensors } from "./model/tensor-dataset.ts";
export { type TrainModelOptions, trainModel } from "./model/train-model.ts";
export { TrainedModel } from "./model/trained-model.ts";
export { learningRateFactor, type ScheduleName, type ScheduleOptions, warmupSteps } from "./schedules/learning-rate.ts";
export { type EncodedData, type EncodedSplit, encodeData } from "./text-classification/encoded-split.ts";
export {
  type FineTunedClassifier,
  type FineTuningOptions,
  fineTune,
  judge,
} from "./text-classification/fine-tuning.ts";
export { type FitOptions, type FitPlan, type FitResult, type FitState, fit } from "./trainer/fit.ts";
export type { TrainingEvent } from "./trainer/training-event.ts";
export { type StepResult, type TrainingProgram, TrainingSession } from "./trainer/training-session.ts";
