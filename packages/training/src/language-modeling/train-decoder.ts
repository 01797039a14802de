import type { FineTune } from "@modelwright/contracts";
import { buildDecoder, countParameters, type LoadedDecoder, type Parameters } from "@modelwright/models";
import { layersOf } from "../fine-tuning/encoder-layers.ts";
import type { TrainedAdapter } from "../fine-tuning/train-parts.ts";
import { type LoraOptions, type SavedAdapter, trainedParts } from "../fine-tuning/trained-parts.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import type { FitResult } from "../trainer/fit.ts";
import { causalDefinition } from "./causal-rows.ts";
import { type LanguageModelRun, type LanguageModelTraining, trainLanguageModel } from "./train-language-model.ts";

/** A published decoder with rows to learn. */
export interface DecoderTask extends Pick<LanguageModelRun, "train" | "validation"> {
  readonly loaded: Pick<LoadedDecoder, "decoder" | "parameters">;
  /** Whether the rows hold several texts, as `packSequences` lays them out. */
  readonly packed: boolean;
}

/** How a published decoder is trained further: options of every language model, and how much of it is trained. */
export interface DecoderTraining
  extends LanguageModelTraining,
    Pick<TrainModelOptions, "checkpoints" | "onBuilt" | "shouldFinish"> {
  /** What is trained of the decoder. */
  readonly fineTune: Exclude<FineTune, "frozen">;
  /** Of `lora`: fresh adapters, or a saved one to go on from. */
  readonly lora?: LoraOptions | SavedAdapter | undefined;
}

/** A published decoder that was trained further. */
export interface TunedDecoder {
  readonly fit: FitResult;
  /** All parameters, the best ones of the run. */
  readonly parameters: Parameters;
  /** How many learned values were trained. */
  readonly trained: number;
  /** What was trained beside the weights, which contain it; absent where there were no adapters. */
  readonly adapter?: TrainedAdapter;
}

/**
 * Trains a published decoder further: all of it, or parts.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that it does not have.
 */
export async function trainDecoder(
  { loaded, packed, train, validation }: DecoderTask,
  { fineTune, lora, ...options }: DecoderTraining,
): Promise<TunedDecoder> {
  const { decoder, parameters } = loaded;
  const { modelType } = decoder;
  const definition = causalDefinition(decoder, { packed });
  const layers = layersOf(buildDecoder({ decoder, parameters }));
  const {
    isTrained,
    adapters,
    adaptable,
    start = new Map(),
  } = trainedParts(fineTune, {
    modelType,
    definition,
    parameters,
    layers,
    lora,
  });
  let count = 0;
  const run = {
    definition,
    train,
    validation,
    start: { parameters: new Map([...parameters, ...start]), trainable: isTrained, adapters },
  };
  const trained = await trainLanguageModel(run, {
    ...options,
    onBuilt: (all, own) => {
      count = countParameters(own);
      options.onBuilt?.(all, own);
    },
  });
  const tuned = { fit: trained.fit, parameters: trained.parameters, trained: count };
  if (adapters === undefined || adaptable === undefined) return tuned;
  const whole = [...trained.parameters].filter(([name]) => isTrained(name));
  const { targets: _, ...settings } = adapters;
  const model = { modelType, layers: adaptable };
  return { ...tuned, adapter: { trained: new Map([...trained.adapters, ...whole]), settings, model } };
}
