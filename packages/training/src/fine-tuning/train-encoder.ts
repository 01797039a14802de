import type { FineTune } from "@modelwright/contracts";
import type { Tensor } from "@modelwright/engine";
import {
  type BuiltModel,
  buildPrediction,
  countParameters,
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
import { mergedProvider } from "../trainer/cpu-fallback.ts";
import type { FitResult } from "../trainer/fit.ts";
import type { Validation } from "../trainer/fit-state.ts";
import { evaluationByText, targetsOfWindows } from "./by-text.ts";
import { type EmbeddingOptions, embedTexts } from "./embed-texts.ts";
import type { EncodedTexts } from "./encoded-split.ts";
import { GROUPS, type PartsTraining, type TrainedAdapter, trainParts } from "./train-parts.ts";

/** How an encoder is trained under a fresh head: options of `trainModel` and those of the parts of the model. */
export interface EncoderTraining
  extends Omit<PartsTraining, "fineTune">,
    Pick<EmbeddingOptions, "onEmbed" | "vectorCache" | "onVectors"> {
  /** What is trained of the encoder; `frozen`: nothing, the head learns on vectors that are computed once. */
  readonly fineTune: FineTune;
  /** Peak learning rate of the head; `learningRate` is the encoder's. */
  readonly headLearningRate: number;
  /** Peak learning rate of the bag of tokens, where the texts are read for one. */
  readonly bagLearningRate: number;
  /** How the head is fitted to the vectors of the encoder as it is, before more is trained. Default: its weights are drawn. */
  readonly headStart?: HeadStart | undefined;
  /**
   * Of a frozen encoder: what the squared weights of the head cost beside the losses of all rows, if the vectors had the length 1: 1 / C of
   * scikit-learn's LogisticRegression. Takes the place of `l2` and `weightDecay`. Default: these.
   */
  readonly headPenalty?: number | undefined;
  /** Told what the head reached on the validation rows before more is trained. */
  readonly onHead?: ((reached: Validation) => void) | undefined;
}

/**
 * How a head is fitted to the vectors of an encoder, to be the start of more: a fresh head sends large gradients into the encoder and
 * undoes part of what it knew.
 *
 * @see Kumar et al. 2022, arXiv:2202.10054.
 */
export interface HeadStart {
  readonly epochs: number;
  readonly learningRate: number;
  /** Evaluations without a smaller loss on the validation rows after which it ends. */
  readonly patience: number;
}

/** Texts with what is to be learned of them. */
export interface EncoderTask {
  readonly pretrained: LoadedPretrained;
  readonly objective: Objective;
  readonly train: EncodedTexts;
  readonly trainTargets: Targets;
  /** May be empty where the head alone is trained: the last weights are kept then. */
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
  /** How many learned values were trained. */
  readonly trained: number;
  /** The graph to serve: `input_ids`, `attention_mask` and perhaps `bag_ids` to `logits`. */
  readonly model: BuiltModel;
  /** What was trained beside the weights, which contain it; absent where there were no adapters. */
  readonly adapter?: TrainedAdapter;
}

/**
 * Trains a pretrained encoder under a fresh linear head, whatever the head is to say.
 *
 * A run that was stopped by `shouldStop` returns with `fit.status` "interrupted" and the weights it had.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that the encoder does not have.
 */
export function trainEncoder(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  const { fineTune } = options;
  return fineTune === "frozen" ? trainHead(task, options) : trainWithHead(task, { ...options, fineTune });
}

type ModelFacts = Pick<EncoderTask, "pretrained" | "objective" | "train">;
type PartTraining = EncoderTraining & { readonly fineTune: Exclude<FineTune, "frozen"> };

async function trainWithHead(task: EncoderTask, options: PartTraining): Promise<FineTunedModel> {
  const { pretrained, objective, evaluation, earlyStopping } = task;
  // Each window of a text learns what the text is.
  const rows = ({ reading, ...tokenized }: EncodedTexts, targets: Targets) =>
    withTargets(textRows(tokenized, reading), targetsOfWindows(targets, tokenized.textOf));
  const begun = await headOnVectors(task, options);
  if (begun?.fitted.fit.status === "interrupted") return begun.fitted;
  const { headLearningRate, bagLearningRate, ...common } = options;
  const { model, ...parts } = await trainParts(
    {
      pretrained,
      definition: definitionOf(task),
      data: rows(task.train, task.trainTargets),
      validation: rows(task.validation, task.validationTargets),
      evaluation: evaluationByText(evaluation, task.validation.textOf),
      earlyStopping,
      ownRates: { head: headLearningRate, ...(hasBag(task) ? { bag: bagLearningRate } : {}) },
      headWidth: objective.width,
      start: headOf(begun?.fitted.parameters),
    },
    {
      ...common,
      onBuilt: (all, trained) => {
        options.onBuilt?.(all, trained);
        if (begun?.reached !== undefined) options.onHead?.(begun.reached);
      },
    },
  );
  return { fit: model.fit, parameters: model.parameters, model: model.prediction, ...parts };
}

function headOf(parameters: Parameters = new Map()): Parameters {
  return new Map([...parameters].filter(([name]) => name.startsWith("head.")));
}

/** The model with the head that is best on the vectors of the encoder as it is. Undefined: the head is drawn. */
async function headOnVectors(
  task: EncoderTask,
  options: PartTraining,
): Promise<{ readonly fitted: FineTunedModel; readonly reached: Validation | undefined } | undefined> {
  const { headStart } = options;
  if (headStart === undefined) return undefined;
  const { epochs, learningRate, patience } = headStart;
  let reached: Validation | undefined;
  // The loss of a linear head has one minimum, and is steadier on few rows than what is counted.
  const steadily = { ...task, earlyStopping: { metric: "loss", better: "lower", patience } } as const;
  const fitted = await trainHead(steadily, {
    ...options,
    epochs,
    headLearningRate: learningRate,
    checkpoints: undefined,
    onBuilt: undefined,
    onEvent: (event) => {
      if (event.type === "evaluation" && event.best) reached = event;
    },
  });
  return { fitted, reached };
}

/** Embeds every text once, then trains the head on the vectors. */
async function trainHead(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  const { pretrained, objective, evaluation, earlyStopping } = task;
  const isSteered = task.validation.encoded.length > 0;
  const splits = isSteered ? [task.train, task.validation] : [task.train];
  const { vectors, onCpu } = await embedTexts(pretrained, splits, options);
  const [train, validation] = vectors.map(featureRows);
  const { unfreeze: _, headPenalty, ...common } = options;
  const trained = await trainModel(featureModel({ features: pretrained.encoder.width, objective }), {
    ...common,
    ...(headPenalty === undefined ? {} : penaltyOf(headPenalty, vectors[0]!)),
    data: withTargets(train!, task.trainTargets),
    ...(isSteered ? { validation: withTargets(validation!, task.validationTargets), evaluation, earlyStopping } : {}),
    groups: GROUPS,
    learningRate: options.headLearningRate,
    onEvent: (event) => options.onEvent?.(mergedProvider(event, onCpu)),
  });
  trained.release();
  const parameters = new Map([...pretrained.parameters, ...trained.parameters]);
  const source = givenParameters(parameters, "parameters");
  const model = buildPrediction(definitionOf(task), { source, build: INFERENCE });
  return { fit: trained.fit, parameters, trained: countParameters(trained.parameters), model };
}

/** The penalty of a sum of losses as one of their mean, for vectors of any length. */
function penaltyOf(headPenalty: number, { data, shape }: Tensor<"float32">) {
  const rows = shape[0]!;
  const squares = data.reduce((sum, value) => sum + value * value, 0);
  return { l2: (headPenalty * squares) / rows / rows, weightDecay: 0 };
}

function definitionOf(task: ModelFacts): ReturnType<typeof textModel> {
  const { pretrained, objective } = task;
  return textModel({ architecture: pretrained.encoder, objective, bag: hasBag(task), pairs: readsPairs(task) });
}

/** Whether tokens have types: those of pairs that the tokenizer puts together. */
function readsPairs({ train }: ModelFacts): boolean {
  return train.types !== undefined;
}

function hasBag({ train }: ModelFacts): boolean {
  return (train.reading.bagLength ?? 0) > 0;
}
