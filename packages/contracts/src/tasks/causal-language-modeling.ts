import { z } from "zod";
import { LANGUAGE_MODELING_METRICS } from "../metrics/language-modeling.ts";
import {
  checkLanguageModeling,
  languageModelingRecipe,
  resolveLanguageModeling,
} from "../recipe/sections/language-modeling.ts";
import { generationOptions } from "./generation-options.ts";
import { languageModel } from "./language-model-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema, tokenId } from "./tensors.ts";
import { textItem } from "./text-item.ts";

const recipe = languageModelingRecipe("byte-pair", "decoder (GPT-2, Llama, Mistral, Qwen2 or Qwen3)");

/** Predicts the token that follows: a GPT from scratch, with a tokenizer of its own, or a published decoder that is trained further. */
export const causalLanguageModeling = {
  recipe,
  check: checkLanguageModeling,
  resolve: (sections: z.output<typeof recipe>) => resolveLanguageModeling(sections, "byte-pair"),
  manifest: z.strictObject({
    signature: z.strictObject({
      input: z.literal("text"),
      output: z.literal("continuation"),
      tensors: tensorsSchema,
    }),
    preprocessing: z.strictObject({
      tokenizer: z.literal("tokenizer.json"),
      /** Tokens that the model reads at once. */
      maxLength: z.int().positive(),
      /** Stands behind every text. */
      endOfTextId: tokenId,
      /** Stands before every text. Absent: `endOfTextId` does. */
      beginOfTextId: tokenId.optional(),
    }),
    model: languageModel,
  }),
  item: textItem,
  options: z.strictObject(generationOptions),
  answer: z.strictObject({
    continuation: z.string().describe("What the model writes behind the text"),
    tokens: z.int().nonnegative().describe("Tokens that it wrote"),
    finish: z
      .enum(["end-of-text", "max-tokens", "stop-string"])
      .describe("end-of-text: the model ended the text; max-tokens: so many were written; stop-string: one came"),
  }),
  metrics: LANGUAGE_MODELING_METRICS,
  words: {
    summary: "writes on behind a text; trains a GPT on running text, from scratch or from a published decoder on",
    unit: "document",
    item: "text",
    sample: "The beginning of a text",
    pipelineTag: "text-generation",
  },
  example: {
    model: "gpt-brown",
    items: ["The mayor said", "In the morning"],
    answer: { continuation: " that the city needed a new bridge.", tokens: 9, finish: "end-of-text" },
    options: { maxTokens: 40 },
  },
} satisfies TaskSchemas;
