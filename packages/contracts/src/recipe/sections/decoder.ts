import { z } from "zod";
import {
  adapterFields,
  checkAdapterFields,
  fineTuneKind,
  freshLora,
  type LoraSection,
  lastLayers,
} from "./trained-parts.ts";

/** A published decoder that is trained further. */
export const decoderSection = z
  .strictObject({
    base: z
      .string()
      .min(1)
      .describe(
        "Pretrained decoder to start from (GPT-2, Llama, Mistral, Qwen2 or Qwen3): the path of a folder in Hugging Face's layout, relative to the recipe, or owner/name or owner/name@revision of the Hugging Face hub",
      ),
    fineTune: z
      .union([z.enum(["lora", "full", "bitfit"]), lastLayers])
      .default("lora")
      .describe(
        "lora: low-rank matrices beside the weights; full: every weight; last:N: the last N layers; bitfit: biases alone",
      ),
    ...adapterFields,
    maxLength: z
      .int()
      .min(8)
      .optional()
      .describe(
        "Tokens of a conversation that are read; what is beyond is cut off; at most what the decoder can; default: 512, or what it can",
      ),
    dropout: z.number().min(0).lt(1).default(0).describe("Of decoders that have dropout: GPT-2"),
  })
  .superRefine(checkAdapterFields);

/** Peak learning rates by what is trained: few weights have to go further for the same effect. */
export const TUNED_LEARNING_RATES = { lora: 2e-4, bitfit: 1e-3, last: 5e-5, full: 5e-5, frozen: 5e-5 } as const;

interface DecoderRecipe {
  readonly model: z.output<typeof decoderSection>;
  readonly train: { readonly learningRate?: number | undefined };
}

/** A recipe with the defaults that depend on what is trained filled in. */
export type ResolvedDecoder<Recipe extends DecoderRecipe> = Recipe & {
  readonly model: { readonly lora?: LoraSection | undefined };
  readonly train: { readonly learningRate: number };
};

export function resolveDecoder<Recipe extends DecoderRecipe>(recipe: Recipe): ResolvedDecoder<Recipe> {
  const { learningRate = TUNED_LEARNING_RATES[fineTuneKind(recipe.model.fineTune).kind] } = recipe.train;
  return {
    ...recipe,
    model: { ...recipe.model, ...freshLora(recipe.model) },
    train: { ...recipe.train, learningRate },
  };
}
