import { z } from "zod";
import { type T5Config, t5 } from "../../../architectures/t5.ts";
import {
  epsilonField,
  feedForwardField,
  LAYERS,
  POSITIONS,
  sizeField,
  tokenIdField,
  VOCABULARY,
  WIDTH,
} from "../config-fields.ts";
import { defineEncoderDecoderFamily, type WeightsSeen } from "../encoder-decoder-family.ts";
import type { NameTable } from "../parameter-names.ts";

/** The fields that T5 and mT5 share. */
const fields = {
  d_model: sizeField(WIDTH, 512),
  d_kv: sizeField(WIDTH, 64),
  num_decoder_layers: sizeField(LAYERS).nullish(),
  // An encoder has half of them for either direction, of which half are exact.
  relative_attention_num_buckets: sizeField(POSITIONS, 32).refine((count) => count % 4 === 0, {
    error: "must be a multiple of 4",
  }),
  relative_attention_max_distance: sizeField(POSITIONS, 128),
  layer_norm_epsilon: epsilonField(1e-6),
  pad_token_id: tokenIdField(0),
  decoder_start_token_id: z.int().min(0).max(VOCABULARY).nullish(),
};

const t5Schema = z.object({
  ...fields,
  vocab_size: sizeField(VOCABULARY, 32_128),
  d_ff: sizeField(8 * WIDTH, 2048),
  num_layers: sizeField(LAYERS, 6),
  num_heads: sizeField(WIDTH, 8),
  feed_forward_proj: feedForwardField("relu"),
  tie_word_embeddings: z.boolean().default(true),
  scale_decoder_outputs: z.boolean().optional(),
});

const mt5Schema = z.object({
  ...fields,
  vocab_size: sizeField(VOCABULARY, 250_112),
  d_ff: sizeField(8 * WIDTH, 1024),
  num_layers: sizeField(LAYERS, 8),
  num_heads: sizeField(WIDTH, 6),
  feed_forward_proj: feedForwardField("gated-gelu"),
});

type Fields = z.output<typeof mt5Schema>;

/** What `t5` is told by these fields. */
function t5Config(config: Fields, { hasOutputLayer }: WeightsSeen): T5Config {
  return {
    vocabularySize: config.vocab_size,
    width: config.d_model,
    layers: config.num_layers,
    decoderLayers: config.num_decoder_layers ?? config.num_layers,
    heads: config.num_heads,
    headWidth: config.d_kv,
    innerWidth: config.d_ff,
    ...config.feed_forward_proj,
    buckets: config.relative_attention_num_buckets,
    farthest: config.relative_attention_max_distance,
    normEpsilon: config.layer_norm_epsilon,
    tied: !hasOutputLayer,
    padId: config.pad_token_id,
    startId: config.decoder_start_token_id ?? config.pad_token_id,
  };
}

function attention(published: string, ours: string): Record<string, string> {
  const maps = { q: "query", k: "key", v: "value", o: "output" };
  return Object.fromEntries(Object.entries(maps).map(([map, name]) => [`${published}.${map}`, `${ours}.${name}`]));
}

/** A layer has `wi`, or if it is gated `wi_0` and `wi_1`. */
function feedForward(published: string): Record<string, string> {
  const maps = { wi: "hidden", wi_0: "gate", wi_1: "inner", wo: "output" };
  const ours = `${published.split(".")[0]}.layer#.feed_forward`;
  return Object.fromEntries(
    Object.entries(maps).map(([map, name]) => [`${published}.DenseReluDense.${map}`, `${ours}.${name}`]),
  );
}

/** The modules of a T5. All layers share the distances of the first. */
const T5_NAMES: NameTable = {
  dense: {
    ...attention("encoder.block.#.layer.0.SelfAttention", "encoder.layer#.attention"),
    ...feedForward("encoder.block.#.layer.1"),
    ...attention("decoder.block.#.layer.0.SelfAttention", "decoder.layer#.attention"),
    ...attention("decoder.block.#.layer.1.EncDecAttention", "decoder.layer#.cross_attention"),
    ...feedForward("decoder.block.#.layer.2"),
    lm_head: "decoder.logits",
  },
  kept: {
    shared: "encoder.word",
    "encoder.block.0.layer.0.SelfAttention.relative_attention_bias": "encoder.distances",
    "encoder.block.#.layer.0.layer_norm": "encoder.layer#.attention_norm",
    "encoder.block.#.layer.1.layer_norm": "encoder.layer#.feed_forward_norm",
    "encoder.final_layer_norm": "encoder.norm",
    "decoder.block.0.layer.0.SelfAttention.relative_attention_bias": "decoder.distances",
    "decoder.block.#.layer.0.layer_norm": "decoder.layer#.attention_norm",
    "decoder.block.#.layer.1.layer_norm": "decoder.layer#.cross_attention_norm",
    "decoder.block.#.layer.2.layer_norm": "decoder.layer#.feed_forward_norm",
    "decoder.final_layer_norm": "decoder.norm",
  },
  unread: [
    "encoder.embed_tokens",
    "decoder.embed_tokens",
    // Of T5 1.0's first releases.
    "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias",
  ],
};

/** Raffel et al. 2020, arXiv:1910.10683: T5 1.0, T5 1.1 and Flan-T5. */
export const t5Family = defineEncoderDecoderFamily({
  className: "T5ForConditionalGeneration",
  schema: t5Schema,
  names: T5_NAMES,
  model: (config, seen) =>
    // Whether outputs are scaled was told from this field, also where the layers were tied all the same.
    t5({ ...t5Config(config, seen), scalesOutput: config.scale_decoder_outputs ?? config.tie_word_embeddings }),
});

/** Xue et al. 2021, arXiv:2010.11934. */
export const mt5Family = defineEncoderDecoderFamily({
  className: "MT5ForConditionalGeneration",
  schema: mt5Schema,
  names: T5_NAMES,
  model: (config, seen) => t5({ ...t5Config(config, seen), scalesOutput: false }),
});

/** Names of a T5's parameters, also of one that was trained from scratch. */
export const t5ParameterNames = t5Family.names;
