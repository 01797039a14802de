import { z } from "zod";
import { type LlamaConfig, llama } from "../../../architectures/llama.ts";
import {
  activationField,
  checkHeads,
  epsilonField,
  LAYERS,
  POSITIONS,
  sizeField,
  VOCABULARY,
  WIDTH,
} from "../config-fields.ts";
import { defineDecoderFamily, readPositions } from "../decoder-family.ts";
import type { NameTable } from "../parameter-names.ts";
import { rotaryFields, rotaryOf } from "./rotary-fields.ts";

/** The fields that Llama and its children share. */
export const llamaFields = {
  vocab_size: sizeField(VOCABULARY, 32_000),
  hidden_size: sizeField(WIDTH, 4096),
  intermediate_size: sizeField(8 * WIDTH, 11_008),
  num_hidden_layers: sizeField(LAYERS, 32),
  num_attention_heads: sizeField(WIDTH, 32),
  num_key_value_heads: sizeField(WIDTH).nullish(),
  head_dim: sizeField(WIDTH).nullish(),
  hidden_act: activationField("silu"),
  max_position_embeddings: sizeField(16 * POSITIONS, 2048),
  rms_norm_eps: epsilonField(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  ...rotaryFields,
};

type LlamaFields = z.output<z.ZodObject<typeof llamaFields>>;

/** What `llama` is told by these fields. */
export function llamaConfig(config: LlamaFields): LlamaConfig {
  return {
    vocabularySize: config.vocab_size,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    keyValueHeads: config.num_key_value_heads ?? config.num_attention_heads,
    headWidth: headWidthOf(config),
    innerWidth: config.intermediate_size,
    positions: readPositions(config.max_position_embeddings),
    ...rotaryOf(config),
    activation: config.hidden_act,
    normEpsilon: config.rms_norm_eps,
    tied: config.tie_word_embeddings,
  };
}

function headWidthOf({ head_dim, hidden_size, num_attention_heads }: LlamaFields): number {
  return head_dim ?? hidden_size / num_attention_heads;
}

/** Heads of queries are shared out among those of keys and values, and the halves of each turn against each other. */
export function checkLlama(config: LlamaFields, context: z.core.$RefinementCtx<LlamaFields>): void {
  const { num_attention_heads: heads, num_key_value_heads: shared } = config;
  if (!config.head_dim) checkHeads<LlamaFields>("num_attention_heads", "hidden_size")(config, context);
  if (shared && heads % shared !== 0) {
    context.addIssue({
      code: "custom",
      path: ["num_key_value_heads"],
      message: `must divide num_attention_heads ${heads}`,
    });
  }
  const width = headWidthOf(config);
  if (Number.isInteger(width) && width % 2 !== 0) {
    const message = "must leave each head an even width, whose halves are turned against each other";
    context.addIssue({ code: "custom", path: [config.head_dim ? "head_dim" : "num_attention_heads"], message });
  }
}

/** The modules of Llama, and of the children that kept their names. */
export const LLAMA_NAMES: NameTable = {
  dense: {
    "layers.#.self_attn.q_proj": "layer#.attention.query",
    "layers.#.self_attn.k_proj": "layer#.attention.key",
    "layers.#.self_attn.v_proj": "layer#.attention.value",
    "layers.#.self_attn.o_proj": "layer#.attention.output",
    "layers.#.mlp.gate_proj": "layer#.feed_forward.gate",
    "layers.#.mlp.up_proj": "layer#.feed_forward.inner",
    "layers.#.mlp.down_proj": "layer#.feed_forward.output",
  },
  outside: { lm_head: "logits" },
  kept: {
    embed_tokens: "word",
    "layers.#.input_layernorm": "layer#.attention_norm",
    "layers.#.post_attention_layernorm": "layer#.feed_forward_norm",
    norm: "norm",
  },
};

/** Touvron et al. 2023, arXiv:2307.09288, Llama 3 too; SmolLM and SmolLM2 are Llamas. */
export const llamaFamily = defineDecoderFamily({
  className: "LlamaForCausalLM",
  prefix: "model.",
  names: LLAMA_NAMES,
  schema: z
    .object({ ...llamaFields, attention_bias: z.boolean().default(false), mlp_bias: z.boolean().default(false) })
    .superRefine(checkLlama),
  decoder: (config) =>
    llama({
      ...llamaConfig(config),
      hasBias: {
        attention: config.attention_bias,
        attentionOutput: config.attention_bias,
        feedForward: config.mlp_bias,
      },
    }),
});
