import { nameOutputs, type Value } from "@modelwright/engine";
import { INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import { givenParameters, type NamedTensors } from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import type { Decoder } from "./decoder.ts";

/** A decoder and the weights with which its graph is built. */
export interface BuildDecoderOptions {
  readonly decoder: Decoder;
  /** Parameters or tensors by name; others than the decoder's are passed over. */
  readonly parameters: NamedTensors;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/**
 * The graph by which a decoder is served, under the names that Optimum and transformers.js use: `input_ids`, `attention_mask`
 * `[batch, past + sequence]`, `position_ids`, `num_logits_to_keep` and `past_key_values.N.key` and `.value` to `logits` and `present.N.…`.
 *
 * One graph reads a prompt, by a past of length 0, and every token after it.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` for a parameter that is missing or of another shape or dtype.
 */
export function buildDecoder({ decoder, parameters, file = "parameters" }: BuildDecoderOptions): BuiltModel {
  const source = givenParameters(parameters, file);
  const body = (c: LayerContext) => cachedDecoder(c, decoder);
  const built = buildModel({ name: decoder.modelType, source, build: INFERENCE, body });
  return { ...built, graph: nameOutputs(built.graph) };
}

function cachedDecoder(
  c: LayerContext,
  decoder: Decoder,
): { readonly inputs: readonly Value[]; readonly outputs: Readonly<Record<string, Value>> } {
  const { b } = c;
  const { layers, keyValueHeads, headWidth } = decoder.cache;
  const inputIds = b.input("input_ids", "int64", ["batch", "sequence"]);
  const attentionMask = b.input("attention_mask", "int64", ["batch", "past+sequence"]);
  const positionIds = b.input("position_ids", "int64", ["batch", "sequence"]);
  const logitsToKeep = b.input("num_logits_to_keep", "int64", []);
  const past = Array.from({ length: layers }, (_, layer) => {
    const input = (part: string) =>
      b.input(`past_key_values.${layer}.${part}`, "float32", ["batch", keyValueHeads, "past", headWidth]);
    return { key: input("key"), value: input("value") };
  });
  const read = { inputIds, positionIds, logitsToKeep, past: { attentionMask, layers: past } };
  const { logits, presents } = decoder.decode(c, read);
  return {
    inputs: [inputIds, attentionMask, positionIds, logitsToKeep, ...past.flatMap(({ key, value }) => [key, value])],
    outputs: {
      logits,
      ...Object.fromEntries(
        presents.flatMap(({ key, value }, layer) => [
          [`present.${layer}.key`, key],
          [`present.${layer}.value`, value],
        ]),
      ),
    },
  };
}
