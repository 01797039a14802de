import type { FineTune } from "@modelwright/contracts";
import type { Tensor } from "@modelwright/engine";
import {
  type AdapterSettings,
  countParameters,
  type LoadedPretrained,
  type ModelOf,
  type NamedModel,
  type NamedTensors,
  type Parameters,
} from "@modelwright/models";
import type { Evaluation } from "../evaluator/model-evaluator.ts";
import type { EarlyStopping } from "../model/early-stopping.ts";
import type { TensorDataset } from "../model/tensor-dataset.ts";
import { trainModel } from "../model/train-model.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import { encoderLayers } from "./encoder-layers.ts";
import { type LoraOptions, type SavedAdapter, type TrainedParts, trainedParts } from "./trained-parts.ts";

/** How much of an encoder is trained, and at which rates: options of `trainModel` and those of the parts of the encoder. */
export interface PartsTraining
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
  > {
  /** What is trained of the encoder. */
  readonly fineTune: Exclude<FineTune, "frozen">;
  /** Of `lora`: fresh adapters, or a saved one to go on from. */
  readonly lora?: LoraOptions | SavedAdapter | undefined;
  /** The learning rate of a layer over that of the layer above it. Default 1. */
  readonly layerDecay?: number | undefined;
  /** Epochs after which one more layer is trained, from the head down; 0: all from the start. Default: from the start. */
  readonly unfreeze?: { readonly every: number } | undefined;
}

/** A model that holds a pretrained encoder, and what it is to learn. */
export interface PartsTask<Output extends string> {
  readonly pretrained: LoadedPretrained;
  /** Its encoder's parameters begin with `encoder.`. */
  readonly definition: ModelOf<Output>;
  readonly data: TensorDataset;
  /** Default: none; the last weights are kept. */
  readonly validation?: TensorDataset | undefined;
  readonly evaluation?: Evaluation<Output> | undefined;
  readonly earlyStopping?: EarlyStopping | undefined;
  /** Peak learning rates of what stands beside the encoder, by group: `head`, `bag`. Default: nothing does. */
  readonly ownRates?: Readonly<Record<string, number>>;
  /** Outputs of the head, where there is one: that of a saved adapter is taken where it has as many. */
  readonly headWidth?: number;
  /** Weights from which what stands beside the encoder starts. Default: they are drawn. */
  readonly start?: NamedTensors;
}

export interface TrainedPartsModel<Output extends string> {
  /** Released: its weights and curves are of use, its session is not. */
  readonly model: TrainedModel<ReturnType<ModelOf<Output>["forward"]>>;
  /** How many learned values were trained. */
  readonly trained: number;
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
export const GROUPS = { "head.": "head", "bag.": "bag", "": "encoder" } as const;

/**
 * Trains a model that holds a pretrained encoder: all of it, its last layers, its biases or adapters.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that the encoder does not have.
 */
export async function trainParts<Output extends string>(
  task: PartsTask<Output>,
  { fineTune, lora, layerDecay, unfreeze, ...options }: PartsTraining,
): Promise<TrainedPartsModel<Output>> {
  const { pretrained, definition, data, validation, evaluation, earlyStopping } = task;
  const { modelType } = pretrained.encoder;
  const { parameters } = pretrained;
  const layers = encoderLayers(pretrained);
  const parts = trainedParts(fineTune, { modelType, definition, parameters, layers, lora });
  const { isTrained, adapters, adaptable } = parts;
  let trained = 0;
  const model = await trainModel(definition, {
    ...options,
    data,
    validation,
    evaluation,
    earlyStopping,
    onBuilt: (all, ofThem) => {
      trained = countParameters(ofThem);
      options.onBuilt?.(all, ofThem);
    },
    parameters: startOf(task, parts),
    trainable: isTrained,
    adapters,
    ...ratesOf(task, { learningRate: options.learningRate, layerDecay, unfreeze }, parts),
  });
  model.release();
  if (adapters === undefined || adaptable === undefined) return { model, trained };
  const whole = [...model.parameters].filter(([name]) => isTrained(name));
  const { targets: _, ...settings } = adapters;
  const adapter = {
    trained: new Map([...model.adapters, ...whole]),
    settings,
    model: { modelType, layers: adaptable },
  };
  return { model, trained, adapter };
}

/** The weights from which training starts. The head of a saved adapter is one of them, where it has as many outputs. */
function startOf<Output extends string>(
  { pretrained, headWidth, start = new Map() }: PartsTask<Output>,
  { start: saved = new Map() }: TrainedParts,
): NamedTensors {
  const isFit = saved.get("head.classifier.bias")?.shape[0] === headWidth;
  const taken = [...saved].filter(([name]) => isFit || !name.startsWith("head."));
  return new Map<string, Tensor | { readonly tensor: Tensor }>([...pretrained.parameters, ...taken, ...start]);
}

/** The groups of parameters that learn at rates of their own, and their rates: those of layers fall from the top down. */
function ratesOf<Output extends string>(
  { pretrained, ownRates = {} }: PartsTask<Output>,
  { learningRate, layerDecay = 1, unfreeze }: Pick<PartsTraining, "learningRate" | "layerDecay" | "unfreeze">,
  { isTrained, adapters, adaptable = new Map() }: TrainedParts,
): Pick<TrainModelOptions, "groups" | "learningRates" | "unfreeze"> {
  const every = unfreeze?.every ?? 0;
  if (layerDecay === 1 && every === 0) return { groups: GROUPS, learningRates: ownRates };
  const { count, depthOf } = encoderLayers(pretrained);
  const ofEncoder = (depth: number) => `encoder-${count - depth}`;
  const whole = [...pretrained.parameters.keys()].filter(isTrained);
  const adapted = [...adaptable]
    .filter(([layer, kind]) => adapters?.targets(layer, kind))
    .map(([layer]) => `${layer}.`);
  const depths = [...new Set([...whole, ...adapted].map(depthOf))].toSorted((a, b) => a - b);
  const heads = "head" in ownRates ? ["head"] : [];
  return {
    groups: (name) => {
      const group = Object.entries(GROUPS).find(([beginning]) => name.startsWith(beginning))![1];
      return group === "encoder" ? ofEncoder(depthOf(name)) : group;
    },
    learningRates: {
      ...ownRates,
      ...Object.fromEntries(depths.map((depth) => [ofEncoder(depth), learningRate * layerDecay ** depth])),
    },
    ...(every === 0 ? {} : { unfreeze: { every, groups: [...heads, ...depths.map(ofEncoder)] } }),
  };
}
