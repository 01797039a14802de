import { z } from "zod";
import { llama } from "../../../architectures/llama.ts";
import { POSITIONS, sizeField, VOCABULARY, WIDTH } from "../config-fields.ts";
import { defineDecoderFamily } from "../decoder-family.ts";
import { checkLlama, LLAMA_NAMES, llamaConfig, llamaFields } from "./llama.ts";
import { checkWindows, windowFields, windowsOf } from "./window-fields.ts";

/** Yang et al. 2025, arXiv:2505.09388: a Llama that norms queries and keys head by head. */
export const qwen3Family = defineDecoderFamily({
  className: "Qwen3ForCausalLM",
  prefix: "model.",
  names: {
    ...LLAMA_NAMES,
    kept: {
      ...LLAMA_NAMES.kept,
      "layers.#.self_attn.q_norm": "layer#.attention.query_norm",
      "layers.#.self_attn.k_norm": "layer#.attention.key_norm",
    },
  },
  schema: z
    .object({
      ...llamaFields,
      vocab_size: sizeField(VOCABULARY, 151_936),
      intermediate_size: sizeField(8 * WIDTH, 22_016),
      num_key_value_heads: sizeField(WIDTH, 32).nullable(),
      head_dim: sizeField(WIDTH, 128).nullable(),
      max_position_embeddings: sizeField(16 * POSITIONS, 32_768),
      attention_bias: z.boolean().default(false),
      ...windowFields,
    })
    .superRefine(checkLlama)
    .superRefine(checkWindows),
  decoder: (config) =>
    llama({
      ...llamaConfig(config),
      windows: windowsOf(config),
      hasBias: { attention: config.attention_bias, attentionOutput: config.attention_bias },
      hasHeadNorms: true,
    }),
});
