import { z } from "zod";
import { gpt2 } from "../../../architectures/gpt2.ts";
import {
  activationField,
  checkHeads,
  epsilonField,
  LAYERS,
  onlyField,
  POSITIONS,
  sizeField,
  VOCABULARY,
  WIDTH,
} from "../config-fields.ts";
import { defineDecoderFamily } from "../decoder-family.ts";

const schema = z
  .object({
    vocab_size: sizeField(VOCABULARY, 50_257),
    n_embd: sizeField(WIDTH, 768),
    n_layer: sizeField(LAYERS, 12),
    n_head: sizeField(WIDTH, 12),
    n_inner: sizeField(4 * WIDTH).nullish(),
    n_positions: sizeField(POSITIONS, 1024),
    activation_function: activationField("gelu_new"),
    layer_norm_epsilon: epsilonField(1e-5),
    scale_attn_weights: onlyField(true),
    scale_attn_by_inverse_layer_idx: onlyField(false),
    add_cross_attention: onlyField(false),
    tie_word_embeddings: z.boolean().default(true),
  })
  .superRefine(checkHeads("n_head", "n_embd"));

/** Radford et al. 2019. Its linear maps were written as convolutions, whose weights lie as ours do. */
export const gpt2Family = defineDecoderFamily({
  className: "GPT2LMHeadModel",
  prefix: "transformer.",
  liesAsOurs: true,
  names: {
    dense: {},
    outside: { lm_head: "logits" },
    kept: {
      wte: "word",
      wpe: "position",
      "h.#.ln_1": "layer#.attention_norm",
      "h.#.attn.c_attn": "layer#.attention.qkv",
      "h.#.attn.c_proj": "layer#.attention.output",
      "h.#.ln_2": "layer#.feed_forward_norm",
      "h.#.mlp.c_fc": "layer#.feed_forward.inner",
      "h.#.mlp.c_proj": "layer#.feed_forward.output",
      ln_f: "norm",
    },
  },
  schema,
  decoder: (config) =>
    gpt2({
      vocabularySize: config.vocab_size,
      width: config.n_embd,
      layers: config.n_layer,
      heads: config.n_head,
      innerWidth: config.n_inner ?? 4 * config.n_embd,
      positions: config.n_positions,
      activation: config.activation_function,
      normEpsilon: config.layer_norm_epsilon,
      tied: config.tie_word_embeddings,
    }),
});
