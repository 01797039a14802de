import { INFERENCE } from "../layers/layer-context.ts";
import { givenParameters, type NamedTensors } from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import type { Decoder } from "./decoder.ts";

export interface BuildDecoderOptions {
  readonly decoder: Decoder;
  /** Parameters or tensors by name; others than the decoder's are passed over. */
  readonly parameters: NamedTensors;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/**
 * The graph of a decoder to serve: `input_ids`, int64 `[batch, sequence]`, to `logits`, float32 `[batch, sequence, vocabularySize]`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` if a parameter is missing or of another shape.
 */
export function buildDecoder({ decoder, parameters, file = "parameters" }: BuildDecoderOptions): BuiltModel {
  return buildModel({
    name: decoder.modelType,
    source: givenParameters(parameters, file),
    build: INFERENCE,
    body: (c) => {
      const inputIds = c.b.input("input_ids", "int64", ["batch", "sequence"]);
      return { inputs: [inputIds], outputs: { logits: decoder.decode(c, { inputIds }).logits } };
    },
  });
}
