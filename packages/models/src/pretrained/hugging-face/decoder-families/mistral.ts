import { z } from "zod";
import { llama } from "../../../architectures/llama.ts";
import { sizeField } from "../config-fields.ts";
import { defineDecoderFamily } from "../decoder-family.ts";
import { checkLlama, LLAMA_NAMES, llamaConfig, llamaFields } from "./llama.ts";
import { LONGEST_WINDOW } from "./window-fields.ts";

/** Jiang et al. 2023, arXiv:2310.06825: a Llama of which every layer sees a window. */
export const mistralFamily = defineDecoderFamily({
  className: "MistralForCausalLM",
  prefix: "model.",
  names: LLAMA_NAMES,
  schema: z
    .object({
      ...llamaFields,
      intermediate_size: sizeField(131_072, 14_336),
      num_key_value_heads: sizeField(16_384, 8).nullable(),
      max_position_embeddings: sizeField(2_097_152, 131_072),
      sliding_window: sizeField(LONGEST_WINDOW).nullish(),
    })
    .superRefine(checkLlama),
  decoder: (config) =>
    llama({
      ...llamaConfig(config),
      // A file that does not speak of a window means that of the first Mistral.
      windows: Array(config.num_hidden_layers).fill(
        config.sliding_window === undefined ? 4096 : (config.sliding_window ?? undefined),
      ),
    }),
});
