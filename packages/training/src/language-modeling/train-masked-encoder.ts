import type { Value } from "@modelwright/engine";
import {
  ENCODER_INPUT_NAMES,
  type Encoder,
  type EncoderInputs,
  type LoadedPretrained,
  type LossValues,
  type ModelDefinition,
  maskedEncoder,
  type Parameters,
  type TensorSpec,
  type TensorSpecs,
} from "@modelwright/models";
import { type PartsTraining, type TrainedAdapter, trainParts } from "../fine-tuning/train-parts.ts";
import type { FitResult } from "../trainer/fit.ts";
import { correctPlaces, LANGUAGE_MODEL_EVALUATION, lossOfParts } from "./predicted-parts.ts";
import type { LanguageModelRun } from "./train-language-model.ts";

/** A published encoder with masked texts to learn from. */
export interface MaskedEncoderTask extends Pick<LanguageModelRun, "train" | "validation"> {
  /** With the weights of its own head, where it was published with one: `maskedHead`. Otherwise they are drawn. */
  readonly pretrained: LoadedPretrained;
}

/** How a published encoder is trained further on masked texts. */
export interface MaskedEncoderTraining extends Omit<PartsTraining, "unfreeze" | "layerDecay"> {
  /** Evaluations without a smaller validation loss after which training stops. Default: it does not. */
  readonly patience?: number | undefined;
}

/** A published encoder that was trained further, with its head. */
export interface TunedMaskedEncoder {
  readonly fit: FitResult;
  /** All parameters, the best ones of the run; those of the head are `head.…`. */
  readonly parameters: Parameters;
  /** How many learned values were trained. */
  readonly trained: number;
  /** What was trained beside the weights, which contain it; absent where there were no adapters. */
  readonly adapter?: TrainedAdapter;
}

const IDS: TensorSpec = { dtype: "int64", shape: ["batch", "sequence"] };
const MASKED: TensorSpec = { dtype: "int64", shape: ["masked"] };

/**
 * Goes on with the pre-training of a published encoder: which tokens are masked. There are no pairs of texts.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` and `MODEL_LAYER_UNKNOWN` for parts that the encoder does not have.
 * @see Gururangan et al. 2020, "Don't Stop Pretraining", arXiv:2004.10964.
 */
export async function trainMaskedEncoder(
  { pretrained, train, validation }: MaskedEncoderTask,
  { patience, ...options }: MaskedEncoderTraining,
): Promise<TunedMaskedEncoder> {
  const { model, ...parts } = await trainParts(
    {
      pretrained,
      definition: maskedEncoderDefinition(pretrained.encoder),
      data: train,
      validation,
      evaluation: LANGUAGE_MODEL_EVALUATION,
      earlyStopping: { patience },
      ...(pretrained.maskedHead === undefined ? {} : { start: pretrained.maskedHead }),
    },
    options,
  );
  return { fit: model.fit, parameters: model.parameters, ...parts };
}

function maskedEncoderDefinition(encoder: Encoder): ModelDefinition {
  const partsOf = ({ outputs, targets }: LossValues<TensorSpecs, TensorSpecs, Readonly<Record<string, Value>>>) => ({
    masked: { logits: outputs["tokens"]!, labels: targets["masked_labels"]! },
  });
  return {
    name: "masked-language-model",
    inputs: {
      ...Object.fromEntries(encoder.inputs.map((input) => [ENCODER_INPUT_NAMES[input], IDS])),
      masked_positions: MASKED,
    },
    targets: { masked_labels: MASKED },
    forward: (c, inputs) => {
      const read = encoder.inputs.map((input) => [input, inputs[ENCODER_INPUT_NAMES[input]]!]);
      const texts = Object.fromEntries(read) as unknown as EncoderInputs;
      return { tokens: maskedEncoder(c, encoder, { ...texts, positions: inputs["masked_positions"]! }) };
    },
    loss: (c, values) => lossOfParts(c, partsOf(values)),
    sums: (c, values) => correctPlaces(c, partsOf(values)),
  };
}
