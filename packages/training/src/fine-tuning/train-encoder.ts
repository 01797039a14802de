import type { FineTune } from "@modelwright/contracts";
import type { Tensor } from "@modelwright/engine";
import {
  type AdapterSettings,
  type BuiltModel,
  buildPrediction,
  countParameters,
  featureModel,
  givenParameters,
  INFERENCE,
  type LoadedPretrained,
  type NamedModel,
  type NamedTensors,
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
import type { Validation } from "../trainer/fit-state.ts";
import { type EmbeddingOptions, embedTexts } from "./embed-texts.ts";
import type { EncodedTexts } from "./encoded-split.ts";
import { encoderLayers } from "./encoder-layers.ts";
import { type LoraOptions, type SavedAdapter, type TrainedParts, trainedParts } from "./trained-parts.ts";

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
      | "adapters"
      | "unfreeze"
      | "parameters"
      | "earlyStopping"
      | "checkpointDirectory"
    >,
    Pick<EmbeddingOptions, "onEmbed" | "vectorCache" | "onVectors"> {
  /** What is trained of the encoder; `frozen`: nothing, the head learns on vectors that are computed once. */
  readonly fineTune: FineTune;
  /** Of `lora`: fresh adapters, or a saved one to go on from. */
  readonly lora?: LoraOptions | SavedAdapter | undefined;
  /** The learning rate of a layer over that of the layer above it. Default 1. */
  readonly layerDecay?: number | undefined;
  /** Epochs after which one more layer is trained, from the head down; 0: all from the start. Default: from the start. */
  readonly unfreeze?: { readonly every: number } | undefined;
  /** Peak learning rate of the head; `learningRate` is the encoder's. */
  readonly headLearningRate: number;
  /** Peak learning rate of the bag of tokens, where the texts are read for one. */
  readonly bagLearningRate: number;
  /** How the head is fitted to the vectors of the encoder as it is, before more is trained. Default: its weights are drawn. */
  readonly headStart?: HeadStart | undefined;
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

/** Adapters with the parts that were trained as a whole, the head among them: what `peftAdapter` writes. */
export interface TrainedAdapter {
  readonly trained: Parameters;
  readonly settings: AdapterSettings;
  readonly model: NamedModel;
}

/** Parameters that learn at rates of their own; what lies under neither is the encoder's. */
const GROUPS = { "head.": "head", "bag.": "bag", "": "encoder" } as const;

/**
 * Trains a pretrained encoder under a fresh linear head, whatever the head is to say.
 *
 * A run that was stopped by `shouldStop` returns with `fit.status` "interrupted" and the weights it had.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that the encoder does not have.
 */
export function trainEncoder(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  const { fineTune } = options;
  return fineTune === "frozen" ? trainHead(task, options) : trainParts(task, { ...options, fineTune });
}

/** What decides the layers of a model. */
type ModelFacts = Pick<EncoderTask, "pretrained" | "objective" | "train">;
type PartTraining = EncoderTraining & { readonly fineTune: Exclude<FineTune, "frozen"> };

function partsOf(task: ModelFacts, { fineTune, lora }: Pick<PartTraining, "fineTune" | "lora">): TrainedParts {
  const { pretrained } = task;
  const { encoder, parameters } = pretrained;
  const [definition, layers] = [definitionOf(task), encoderLayers(pretrained)];
  return trainedParts(fineTune, { modelType: encoder.modelType, definition, parameters, layers, lora });
}

async function trainParts(task: EncoderTask, options: PartTraining): Promise<FineTunedModel> {
  const { pretrained, evaluation, earlyStopping } = task;
  const parts = partsOf(task, options);
  const { isTrained, adapters, adaptable } = parts;
  const { head, reached } = await headOnVectors(task, options);
  const rows = ({ encoded, reading }: EncodedTexts, targets: Targets) =>
    withTargets(textRows(encoded, reading), targets);
  let count = 0;
  const { unfreeze: _, ...common } = options;
  const trained = await trainModel(definitionOf(task), {
    ...common,
    onBuilt: (all, parameters) => {
      count = countParameters(parameters);
      options.onBuilt?.(all, parameters);
      if (reached !== undefined) options.onHead?.(reached);
    },
    data: rows(task.train, task.trainTargets),
    validation: rows(task.validation, task.validationTargets),
    evaluation,
    earlyStopping,
    parameters: new Map([...startOf(task, parts), ...head]),
    trainable: isTrained,
    adapters,
    ...ratesOf(task, options, parts),
  });
  trained.release();
  const model = { fit: trained.fit, parameters: trained.parameters, trained: count, model: trained.prediction };
  if (adapters === undefined || adaptable === undefined) return model;
  const whole = [...trained.parameters].filter(([name]) => isTrained(name));
  const { targets: __, ...settings } = adapters;
  const named = { modelType: pretrained.encoder.modelType, layers: adaptable };
  return { ...model, adapter: { trained: new Map([...trained.adapters, ...whole]), settings, model: named } };
}

/** The head as it is best on the vectors of the encoder as it is. Empty: it is drawn. */
async function headOnVectors(
  task: EncoderTask,
  options: PartTraining,
): Promise<{ readonly head: Parameters; readonly reached?: Validation | undefined }> {
  const { headStart } = options;
  if (headStart === undefined) return { head: new Map() };
  const { epochs, learningRate, patience } = headStart;
  let reached: Validation | undefined;
  // The loss of a linear head has one minimum, and is steadier on few rows than what is counted.
  const steadily = { ...task, earlyStopping: { metric: "loss", better: "lower", patience } } as const;
  const { parameters } = await trainHead(steadily, {
    ...options,
    epochs,
    headLearningRate: learningRate,
    checkpoints: undefined,
    onBuilt: undefined,
    onEvent: (event) => {
      if (event.type === "evaluation" && event.best) reached = event;
    },
  });
  return { head: new Map([...parameters].filter(([name]) => name.startsWith("head."))), reached };
}

/** The weights from which training starts. The head of a saved adapter is one of them, where it has as many outputs. */
function startOf({ pretrained, objective }: EncoderTask, { start = new Map() }: TrainedParts): NamedTensors {
  const isFit = start.get("head.classifier.bias")?.shape[0] === objective.width;
  const taken = [...start].filter(([name]) => isFit || !name.startsWith("head."));
  return new Map<string, Tensor | { readonly tensor: Tensor }>([...pretrained.parameters, ...taken]);
}

/** The groups of parameters that learn at rates of their own, and their rates: those of layers fall from the top down. */
function ratesOf(
  task: EncoderTask,
  { learningRate, headLearningRate, bagLearningRate, layerDecay = 1, unfreeze }: PartTraining,
  { isTrained, adapters, adaptable = new Map() }: TrainedParts,
): Pick<TrainModelOptions, "groups" | "learningRates" | "unfreeze"> {
  const own = { head: headLearningRate, ...(hasBag(task) ? { bag: bagLearningRate } : {}) };
  const every = unfreeze?.every ?? 0;
  if (layerDecay === 1 && every === 0) return { groups: GROUPS, learningRates: own };
  const { count, depthOf } = encoderLayers(task.pretrained);
  const ofEncoder = (depth: number) => `encoder-${count - depth}`;
  const whole = [...task.pretrained.parameters.keys()].filter(isTrained);
  const adapted = [...adaptable]
    .filter(([layer, kind]) => adapters?.targets(layer, kind))
    .map(([layer]) => `${layer}.`);
  const depths = [...new Set([...whole, ...adapted].map(depthOf))].toSorted((a, b) => a - b);
  return {
    groups: (name) => {
      const group = Object.entries(GROUPS).find(([beginning]) => name.startsWith(beginning))![1];
      return group === "encoder" ? ofEncoder(depthOf(name)) : group;
    },
    learningRates: {
      ...own,
      ...Object.fromEntries(depths.map((depth) => [ofEncoder(depth), learningRate * layerDecay ** depth])),
    },
    ...(every === 0 ? {} : { unfreeze: { every, groups: ["head", ...depths.map(ofEncoder)] } }),
  };
}

/** Embeds every text once, then trains the head on the vectors. */
async function trainHead(task: EncoderTask, options: EncoderTraining): Promise<FineTunedModel> {
  const { pretrained, objective, evaluation, earlyStopping } = task;
  const { vectors, onCpu } = await embedTexts(pretrained, [task.train, task.validation], options);
  const [train, validation] = vectors.map(featureRows);
  const { unfreeze: _, ...common } = options;
  const trained = await trainModel(featureModel({ features: pretrained.encoder.width, objective }), {
    ...common,
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
  return { fit: trained.fit, parameters, trained: countParameters(trained.parameters), model };
}

function definitionOf(task: ModelFacts): ReturnType<typeof textModel> {
  const { pretrained, objective } = task;
  return textModel({ architecture: pretrained.encoder, objective, bag: hasBag(task) });
}

function hasBag({ train }: ModelFacts): boolean {
  return (train.reading.bagLength ?? 0) > 0;
}
