import type { FineTune } from "@modelwright/contracts";
import { RandomSource, type Tensor, type Value } from "@modelwright/engine";
import {
  buildPrediction,
  countParameters,
  drawnParameters,
  type EncoderDecoder,
  IGNORED_LABEL,
  INFERENCE,
  type LossValues,
  type ModelDefinition,
  type NamedTensors,
  type Parameters,
  sequenceToSequenceModel,
  type TensorSpecs,
} from "@modelwright/models";
import { layersOf } from "../fine-tuning/encoder-layers.ts";
import { type LoraOptions, type SavedAdapter, type TrainedParts, trainedParts } from "../fine-tuning/trained-parts.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import { correctPlaces, lossOfParts } from "./predicted-parts.ts";
import type { TunedDecoder } from "./train-decoder.ts";
import { type LanguageModelRun, type LanguageModelTraining, trainLanguageModel } from "./train-language-model.ts";

/** An encoder with a decoder and rows to learn. */
export interface EncoderDecoderTask extends Pick<LanguageModelRun, "train" | "validation"> {
  readonly model: EncoderDecoder;
  /** Those of a pretrained model. Default: it starts from nothing. */
  readonly parameters?: Parameters | undefined;
}

export interface EncoderDecoderTraining
  extends LanguageModelTraining,
    Pick<TrainModelOptions, "checkpoints" | "onBuilt" | "shouldFinish"> {
  /** What is trained of a pretrained model; of one that starts from nothing all is. Layers count from the decoder's last one down. */
  readonly fineTune: Exclude<FineTune, "frozen">;
  /** Of `lora`: fresh adapters, or a saved one to go on from. */
  readonly lora?: LoraOptions | SavedAdapter | undefined;
}

/**
 * Trains an encoder with a decoder: all of it, or parts.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that it does not have.
 */
export async function trainEncoderDecoder(
  { model, parameters, train, validation }: EncoderDecoderTask,
  { fineTune, lora, ...options }: EncoderDecoderTraining,
): Promise<TunedDecoder> {
  const definition = definitionOf(model);
  const parts = parameters === undefined ? undefined : partsOf(definition, { model, parameters, fineTune, lora });
  let count = 0;
  const trained = await trainLanguageModel(
    { definition, train, validation, ...(parts === undefined ? {} : { start: startOf(parts, parameters!) }) },
    {
      ...options,
      onBuilt: (all, own) => {
        count = countParameters(own);
        options.onBuilt?.(all, own);
      },
    },
  );
  const tuned = { fit: trained.fit, parameters: trained.parameters, trained: count };
  if (parts?.adapters === undefined || parts.adaptable === undefined) return tuned;
  const whole = [...trained.parameters].filter(([name]) => parts.isTrained(name));
  const { targets: _, ...settings } = parts.adapters;
  const named = { modelType: model.modelType, layers: parts.adaptable };
  return { ...tuned, adapter: { trained: new Map([...trained.adapters, ...whole]), settings, model: named } };
}

function partsOf(
  definition: ModelDefinition,
  {
    model,
    parameters,
    fineTune,
    lora,
  }: Pick<EncoderDecoderTask, "model"> &
    Pick<EncoderDecoderTraining, "fineTune" | "lora"> & { readonly parameters: Parameters },
): TrainedParts {
  const source = drawnParameters(RandomSource.fromSeed(0));
  const layers = layersOf(buildPrediction(definition, { source, build: INFERENCE }));
  return trainedParts(fineTune, { modelType: model.modelType, definition, parameters, layers, lora });
}

function startOf({ isTrained, adapters, start = new Map() }: TrainedParts, parameters: Parameters) {
  const all: NamedTensors = new Map<string, Tensor | { readonly tensor: Tensor }>([...parameters, ...start]);
  return { parameters: all, trainable: isTrained, adapters };
}

function definitionOf(model: EncoderDecoder): ModelDefinition {
  const partsOf = ({ outputs, targets }: LossValues<TensorSpecs, TensorSpecs, Readonly<Record<string, Value>>>) => ({
    next: { logits: outputs.logits!, labels: targets.labels!, ignoredLabel: IGNORED_LABEL },
  });
  return {
    ...sequenceToSequenceModel(model),
    loss: (c, values) => lossOfParts(c, partsOf(values)),
    sums: (c, values) => correctPlaces(c, partsOf(values)),
  };
}
