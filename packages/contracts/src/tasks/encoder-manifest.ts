import { z } from "zod";
import { tokenId } from "./tensors.ts";

/** How a text becomes what an encoder under a head reads. */
export const encoderPreprocessing = z.strictObject({
  tokenizer: z.literal("tokenizer.json"),
  /** Texts of more tokens are cut. */
  maxLength: z.int().positive(),
  /** `end`: the first tokens stay. `middle`: the first ⌈3/4 · maxLength⌉ and the last of the rest stay. */
  truncation: z.enum(["end", "middle"]),
  /** Tokens that the bag beside the encoder reads, in `bag_ids`; absent: the model has none. */
  bagLength: z.int().positive().optional(),
  padId: tokenId,
});

/** What the model was made of. */
export const encoderModel = z.strictObject({
  base: z.string(),
  fineTune: z.string(),
  parameters: z.int().positive(),
});
