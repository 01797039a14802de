import type { RandomSource, Value } from "@modelwright/engine";
import { type BuildOptions, INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import type { Parameters } from "../parameters/parameter.ts";
import {
  drawnParameters,
  givenParameters,
  type NamedTensors,
  type ParameterSource,
} from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import type { Encoder } from "./encoder.ts";

/** The inputs of every text model, under the names that transformers.js feeds. */
export function textInputs(c: LayerContext): { readonly inputIds: Value; readonly attentionMask: Value } {
  const shape = ["batch", "sequence"];
  return {
    inputIds: c.b.input("input_ids", "int64", shape),
    attentionMask: c.b.input("attention_mask", "int64", shape),
  };
}

export interface TextEncoderOptions {
  readonly architecture: Encoder;
  /** Parameters or tensors by name; others than the encoder's are passed over. */
  readonly parameters: NamedTensors;
  /** Default: inference. */
  readonly build?: BuildOptions;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/**
 * An encoder alone: `input_ids`, `attention_mask`, both int64 `[batch, sequence]`, to `embedding`, float32 `[batch, width]`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` if a parameter is missing or of another shape.
 */
export function buildTextEncoder(options: TextEncoderOptions): BuiltModel {
  const { architecture, parameters, build = INFERENCE, file = "parameters" } = options;
  return buildFrom(givenParameters(parameters, file), { architecture, build });
}

/** Every parameter of an encoder, drawn afresh, under the names for which it asks. */
export function drawTextEncoder(architecture: Encoder, random: RandomSource): Parameters {
  return buildFrom(drawnParameters(random), { architecture, build: INFERENCE }).parameters;
}

function buildFrom(
  source: ParameterSource,
  { architecture, build }: { readonly architecture: Encoder; readonly build: BuildOptions },
): BuiltModel {
  return buildModel({
    name: architecture.modelType,
    source,
    build,
    body: (c) => {
      const { inputIds, attentionMask } = textInputs(c);
      return {
        inputs: [inputIds, attentionMask],
        outputs: { embedding: architecture.apply(c, { inputIds, attentionMask }).pooled() },
      };
    },
  });
}
