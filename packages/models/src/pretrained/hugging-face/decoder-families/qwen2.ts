import { z } from "zod";
import { llama } from "../../../architectures/llama.ts";
import { POSITIONS, sizeField, VOCABULARY, WIDTH } from "../config-fields.ts";
import { defineDecoderFamily } from "../decoder-family.ts";
import { checkLlama, LLAMA_NAMES, llamaConfig, llamaFields } from "./llama.ts";
import { checkWindows, windowFields, windowsOf } from "./window-fields.ts";

/** Yang et al. 2024, arXiv:2407.10671, and Qwen2.5: a Llama with biases at queries, keys and values. */
export const qwen2Family = defineDecoderFamily({
  className: "Qwen2ForCausalLM",
  prefix: "model.",
  names: LLAMA_NAMES,
  schema: z
    .object({
      ...llamaFields,
      vocab_size: sizeField(VOCABULARY, 151_936),
      intermediate_size: sizeField(8 * WIDTH, 22_016),
      num_key_value_heads: sizeField(WIDTH, 32).nullable(),
      max_position_embeddings: sizeField(16 * POSITIONS, 32_768),
      ...windowFields,
    })
    .superRefine(checkLlama)
    .superRefine(checkWindows),
  decoder: (config) => llama({ ...llamaConfig(config), windows: windowsOf(config), hasBias: { attention: true } }),
});
