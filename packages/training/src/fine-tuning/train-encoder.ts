import {
  type BuiltModel,
  buildPrediction,
  featureModel,
  givenParameters,
  INFERENCE,
  type LoadedPretrained,
  type Objective,
  type Parameters,
  textModel,
} from "@modelwright/models";
import { featureRows } from "../batch-sources/feature-rows.ts";
import { type Targets, withTargets } from "../batch-sources/targets.ts";
import { textRows } from "../batch-sources/text-rows.ts";
import type { Evaluation } from "../evaluator/model-evaluator.ts";
import type { EarlyStopping } from "../model/early-stopping.ts";
import { trainModel } from "../model/train-model.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import { mergedProvider } from "../trainer/cpu-fallback.ts";
import type { FitResult } from "../trainer/fit.ts";
import { type EmbeddingOptions, embedTexts } from "./embed-texts.ts";
import type { EncodedTexts } from "./encoded-split.ts";

/** How an encoder is trained under a fresh head: options of `trainModel` and those of the parts of the model. */
export interface EncoderTraining
  extends Omit<
      TrainModelOptions,
      | "data"
      | "validation"
      | "evaluation"
      | "groups"
      | "learningRates"
      | "trainable"
      | "parameters"
      | "earlyStopping"
      | "checkpointDirectory"
    >,
    Pick<EmbeddingOptions, "onEmbed"> {
  /** `full`: every weight is trained; `frozen`: the head alone, on vectors that are computed once. */
  readonly fineTune: "full" | "frozen";
  /** Peak learning rate of the head; `learningRate` is the encoder's. */
  readonly headLearningRate: number;
  /** Peak learning rate of the bag of tokens, where the texts are read for one. */
  readonly bagLearningRate: number;
}

/** Texts with what is to be learned of them. */
export interface EncoderTask {
  readonly pretrained: LoadedPretrained;
  readonly objective: Objective;
  readonly train: EncodedTexts;
  readonly trainTargets: Targets;
  readonly validation: EncodedTexts;
  readonly validationTargets: Targets;
  readonly evaluation: Evaluation<"logits">;
  readonly earlyStopping: EarlyStopping;
}

/** A trained text model, ready to be evaluated and kept. */
export interface FineTunedModel {
  readonly fit: FitResult;
  /** All parameters, the best ones of the run. */
  readonly parameters: Parameters;
  /** The graph to serve: `input_ids`, `attention_mask` and perhaps `bag_ids` to `logits`. */
  readonly model: BuiltModel;
}

/** Parameters that learn at rates of their own; what lies under neither is the encoder's. */
const GROUPS = { "head.": "head", "bag.": "bag", "": "encoder" } as const;

const METHODS: Readonly<
  Record<EncoderTraining["fineTune"], (task: EncoderTask, options: EncoderTraining) => Promise<FineTunedModel>>
> = { full: trainWhole, frozen: trainHead };

/**
 * Trains a pretrained encoder under a fresh linear head, whatever the head is to say.
 *
 * A run that was stopped by `shouldStop` returns with `fit.status` "interrupted" and the weights it had.
 */
export function trainEncoder(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  return METHODS[options.fineTune](task, options);
}

async function trainWhole(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  const { pretrained, evaluation, earlyStopping } = task;
  const rows = ({ encoded, reading }: EncodedTexts, targets: Targets) =>
    withTargets(textRows(encoded, reading), targets);
  const trained = await trainModel(definitionOf(task), {
    ...options,
    data: rows(task.train, task.trainTargets),
    validation: rows(task.validation, task.validationTargets),
    evaluation,
    earlyStopping,
    parameters: pretrained.parameters,
    groups: GROUPS,
    learningRates: {
      head: options.headLearningRate,
      ...(hasBag(task) ? { bag: options.bagLearningRate } : {}),
    },
  });
  trained.release();
  return { fit: trained.fit, parameters: trained.parameters, model: trained.prediction };
}

/** Embeds every text once, then trains the head on the vectors. */
async function trainHead(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  const { pretrained, objective, evaluation, earlyStopping } = task;
  const { vectors, onCpu } = await embedTexts(pretrained, [task.train, task.validation], options);
  const [train, validation] = vectors.map(featureRows);
  const trained = await trainModel(featureModel({ features: pretrained.encoder.width, objective }), {
    ...options,
    data: withTargets(train!, task.trainTargets),
    validation: withTargets(validation!, task.validationTargets),
    evaluation,
    earlyStopping,
    groups: GROUPS,
    learningRate: options.headLearningRate,
    onEvent: (event) => options.onEvent?.(mergedProvider(event, onCpu)),
  });
  trained.release();
  const parameters = new Map([...pretrained.parameters, ...trained.parameters]);
  const source = givenParameters(parameters, "parameters");
  const model = buildPrediction(definitionOf(task), { source, build: INFERENCE });
  return { fit: trained.fit, parameters, model };
}

function definitionOf(task: EncoderTask): ReturnType<typeof textModel> {
  const { pretrained, objective } = task;
  return textModel({ architecture: pretrained.encoder, objective, bag: hasBag(task) });
}

function hasBag({ train }: EncoderTask): boolean {
  return (train.reading.bagLength ?? 0) > 0;
}
