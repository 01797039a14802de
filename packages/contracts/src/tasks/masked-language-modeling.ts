import { z } from "zod";
import { LANGUAGE_MODELING_METRICS } from "../metrics/language-modeling.ts";
import {
  checkLanguageModeling,
  languageModelingRecipe,
  resolveLanguageModeling,
} from "../recipe/sections/language-modeling.ts";
import { languageModel } from "./language-model-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema, tokenId } from "./tensors.ts";
import { textItem } from "./text-item.ts";

const recipe = languageModelingRecipe("word-piece", "encoder with a vector per token");

/** Predicts masked tokens: a BERT from scratch, with a tokenizer of its own, which also says whether a text follows another; or a published encoder. */
export const maskedLanguageModeling = {
  recipe,
  check: checkLanguageModeling,
  resolve: (sections: z.output<typeof recipe>) => resolveLanguageModeling(sections, "word-piece"),
  manifest: z.strictObject({
    signature: z.strictObject({
      input: z.literal("text"),
      /** The word of the first versions, which are read for good. */
      output: z.literal("masked-pieces"),
      tensors: tensorsSchema,
    }),
    preprocessing: z.strictObject({
      tokenizer: z.literal("tokenizer.json"),
      /** Tokens that the model reads at once, special ones included. */
      maxLength: z.int().positive(),
      padId: tokenId,
      unknownId: tokenId,
      clsId: tokenId,
      sepId: tokenId,
      maskId: tokenId,
      /** False: texts are read one at a time, and nothing is said of what follows. Absent: in pairs. */
      nextSentence: z.literal(false).optional(),
    }),
    model: languageModel,
  }),
  item: textItem,
  options: z.strictObject({
    top: z.int().min(1).max(1000).optional().describe("Likeliest tokens for each [MASK]; default: 5"),
  }),
  answer: z.strictObject({
    filled: z.string().describe("The text with the likeliest token in each [MASK]"),
    masks: z
      .array(z.array(z.strictObject({ token: z.string(), probability: z.number().min(0).max(1) })))
      .describe("Candidates for each [MASK], likeliest first"),
  }),
  metrics: LANGUAGE_MODELING_METRICS,
  words: {
    summary: "fills in [MASK]; trains a BERT on running text, from scratch or from a published encoder on",
    unit: "document",
    item: "text",
    sample: "A text with a [MASK] in it.",
    pipelineTag: "fill-mask",
  },
  example: {
    model: "bert-brown",
    items: ["The [MASK] said so.", "She read the [MASK]."],
    answer: {
      filled: "the mayor said so .",
      masks: [
        [
          { token: "mayor", probability: 0.21 },
          { token: "president", probability: 0.17 },
        ],
      ],
    },
  },
} satisfies TaskSchemas;
