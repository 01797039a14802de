import {
  type BuiltModel,
  buildSentenceEncoder,
  type EmbeddingLoss,
  embeddingModel,
  type LoadedPretrained,
  type Parameters,
  type RowText,
} from "@modelwright/models";
import { type EmbeddingExamples, exampleRows } from "../batch-sources/example-rows.ts";
import type { Evaluation } from "../evaluator/model-evaluator.ts";
import type { EarlyStopping } from "../model/early-stopping.ts";
import type { FitResult } from "../trainer/fit.ts";
import { type PartsTraining, type TrainedAdapter, trainParts } from "./train-parts.ts";

/** Examples by which an encoder is to learn which texts are near. */
export interface EmbeddingTask {
  readonly pretrained: LoadedPretrained;
  readonly loss: EmbeddingLoss;
  readonly train: EmbeddingExamples;
  /** Default: none; the last weights are kept. */
  readonly validation?: EmbeddingExamples | undefined;
  readonly evaluation?: Evaluation<RowText> | undefined;
  readonly earlyStopping?: EarlyStopping | undefined;
}

/** A trained encoder, ready to be evaluated and kept. */
export interface TrainedEncoder {
  readonly fit: FitResult;
  /** All parameters, the best ones of the run. */
  readonly parameters: Parameters;
  /** How many learned values were trained. */
  readonly trained: number;
  /** The graph to serve: see `buildSentenceEncoder`. */
  readonly model: BuiltModel;
  /** What was trained beside the weights, which contain it; absent where there were no adapters. */
  readonly adapter?: TrainedAdapter;
}

/**
 * Trains an encoder so that texts that belong together get near vectors.
 *
 * A run that was stopped by `shouldStop` returns with `fit.status` "interrupted" and the weights it had.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that the encoder does not have.
 */
export async function trainEmbedding(task: EmbeddingTask, options: PartsTraining): Promise<TrainedEncoder> {
  const { pretrained, loss, train, validation, evaluation, earlyStopping } = task;
  const { model, ...parts } = await trainParts(
    {
      pretrained,
      definition: embeddingModel(pretrained.encoder, loss),
      data: exampleRows(train, loss),
      validation: validation && exampleRows(validation, loss),
      evaluation,
      earlyStopping,
    },
    options,
  );
  const { parameters, fit } = model;
  const served = buildSentenceEncoder({ architecture: pretrained.encoder, parameters });
  return { fit, parameters, model: served, ...parts };
}
