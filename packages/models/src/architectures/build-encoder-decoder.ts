import type { Value } from "@modelwright/engine";
import { INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import { givenParameters, type NamedTensors } from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import type { CrossKeyValues, EncoderDecoder } from "./encoder-decoder.ts";

export interface BuildEncoderDecoderOptions {
  readonly model: EncoderDecoder;
  /** Parameters or tensors by name; others than the model's are passed over. */
  readonly parameters: NamedTensors;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/** A name by which transformers.js sizes an empty past. */
const BATCH = "batch_size";

/**
 * The encoder as it is served, under the names that Optimum and transformers.js use: `input_ids` and `attention_mask` `[batch, source]` to
 * `last_hidden_state` `[batch, source, width]`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` for a parameter that is missing or of another shape or dtype.
 */
export function buildSourceEncoder(options: BuildEncoderDecoderOptions): BuiltModel {
  const { model } = options;
  return build(options, "encoder", (c) => {
    const inputIds = c.b.input("input_ids", "int64", [BATCH, "source"]);
    const attentionMask = c.b.input("attention_mask", "int64", [BATCH, "source"]);
    const vectors = model.encode(c, { inputIds, attentionMask });
    return { inputs: [inputIds, attentionMask], outputs: { last_hidden_state: vectors } };
  });
}

/**
 * The decoder as it is served, under the same names: `input_ids` `[batch, target]`, `encoder_hidden_states`, `encoder_attention_mask` and
 * `past_key_values.N.decoder.key`, `.value`, `.encoder.key` and `.encoder.value` to `logits` and `present.N.…`.
 *
 * One graph reads the first tokens, by a past of length 0 of which it computes the keys and values of the source, and every token after
 * them. Rows have equal numbers of tokens: there is no padding.
 *
 * @throws {ModelwrightError} As `buildSourceEncoder`.
 */
export function buildTargetDecoder(options: BuildEncoderDecoderOptions): BuiltModel {
  const { model } = options;
  const { layers, keyValueHeads, headWidth } = model.cache;
  const parts = Array.from({ length: layers }, (_, layer) => PARTS.map((part) => `${layer}.${part}`)).flat();
  return build(options, "decoder", (c) => {
    const inputIds = c.b.input("input_ids", "int64", [BATCH, "target"]);
    const attentionMask = c.b.input("encoder_attention_mask", "int64", [BATCH, "source"]);
    const vectors = c.b.input("encoder_hidden_states", "float32", [BATCH, "unread source", model.width]);
    const past = new Map(
      parts.map((part) => {
        const positions = part.includes("encoder") ? "past source" : "past target";
        const name = `past_key_values.${part}`;
        return [part, c.b.input(name, "float32", [BATCH, keyValueHeads, positions, headWidth])];
      }),
    );
    const pastLayers = Array.from({ length: layers }, (_, layer) => {
      const of = (side: keyof CrossKeyValues) => ({
        key: past.get(`${layer}.${side}.key`)!,
        value: past.get(`${layer}.${side}.value`)!,
      });
      return { decoder: of("decoder"), encoder: of("encoder") };
    });
    const { logits, presents } = model.decode(c, { inputIds, memory: { vectors, attentionMask }, past: pastLayers });
    const present = presents.flatMap(({ decoder, encoder }) => [
      decoder.key,
      decoder.value,
      encoder.key,
      encoder.value,
    ]);
    return {
      inputs: [inputIds, attentionMask, vectors, ...past.values()],
      outputs: { logits, ...Object.fromEntries(parts.map((part, i) => [`present.${part}`, present[i]!])) },
    };
  });
}

/** Of each layer, in the order of outputs. */
const PARTS = ["decoder.key", "decoder.value", "encoder.key", "encoder.value"];

function build(
  { model, parameters, file = "parameters" }: BuildEncoderDecoderOptions,
  part: string,
  body: (c: LayerContext) => { readonly inputs: readonly Value[]; readonly outputs: Readonly<Record<string, Value>> },
): BuiltModel {
  const source = givenParameters(parameters, file);
  return buildModel({ name: `${model.modelType}-${part}`, source, build: INFERENCE, body });
}
