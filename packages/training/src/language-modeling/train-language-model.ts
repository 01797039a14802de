import type { ModelDefinition, Parameters } from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { trainModel } from "../model/train-model.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import type { FitResult } from "../trainer/fit.ts";
import { LANGUAGE_MODEL_EVALUATION } from "./predicted-parts.ts";

/**
 * How long and with what a language model is trained: options of `trainModel` with defaults of their own, learning rate 5e-4, schedule
 * "linear" with warm-up 0.1, optimizer "adamw" with weight decay 0.01, clipping at 1, dropout 0.1.
 */
export interface LanguageModelTraining
  extends Pick<
    TrainModelOptions,
    | "epochs"
    | "steps"
    | "batchSize"
    | "accumulate"
    | "schedule"
    | "scheduleOptions"
    | "warmup"
    | "optimizer"
    | "weightDecay"
    | "clipNorm"
    | "dropout"
    | "gradientCheckpointing"
    | "evaluationsPerEpoch"
    | "seed"
    | "threads"
    | "executionProvider"
    | "cpuFallback"
    | "checkpointSeconds"
    | "beforeUpdate"
    | "onEvent"
    | "shouldStop"
  > {
  /** Peak. Default 5e-4. */
  readonly learningRate?: number | undefined;
  /** Evaluations without a smaller validation loss after which training stops. Default: it does not. */
  readonly patience?: number | undefined;
}

/** A language model with its rows. */
export interface LanguageModelRun {
  /** Its loss is in parts of which the first is what it is compared by; its `sums` count the places that are right. */
  readonly definition: ModelDefinition;
  readonly train: BatchSource;
  readonly validation: BatchSource;
  /** The weights from which it starts, and what of them is trained. Default: all are drawn, and trained. */
  readonly start?: Pick<TrainModelOptions, "parameters" | "trainable" | "adapters">;
}

export interface TrainedLanguageModel {
  readonly fit: FitResult;
  /** Those of the least validation loss. */
  readonly parameters: Parameters;
  /** The matrices of adapters, whose products the parameters contain; empty where there were none. */
  readonly adapters: Parameters;
}

/**
 * Two groups of one rate: gradients and checkpoints lie in memory by group, and runs that were interrupted before groups came from the
 * caller have these.
 */
const GROUPS = { "head.": "head", "": "encoder" } as const;

/** Trains a language model. A run that finds its checkpoint goes on from there, to the same bits. */
export async function trainLanguageModel(
  { definition, train, validation, start = {} }: LanguageModelRun,
  options: LanguageModelTraining & Pick<TrainModelOptions, "checkpoints" | "onBuilt">,
): Promise<TrainedLanguageModel> {
  const { patience, ...training } = options;
  const trained = await trainModel(definition, {
    ...training,
    ...start,
    data: train,
    validation,
    evaluation: LANGUAGE_MODEL_EVALUATION,
    groups: GROUPS,
    learningRate: options.learningRate ?? 5e-4,
    schedule: options.schedule ?? "linear",
    warmup: options.warmup ?? 0.1,
    optimizer: options.optimizer ?? "adamw",
    weightDecay: options.weightDecay ?? 0.01,
    clipNorm: options.clipNorm ?? 1,
    dropout: options.dropout ?? 0.1,
    earlyStopping: { patience },
  });
  trained.release();
  return { fit: trained.fit, parameters: trained.parameters, adapters: trained.adapters };
}
