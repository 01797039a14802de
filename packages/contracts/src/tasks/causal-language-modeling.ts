import { z } from "zod";
import { LANGUAGE_MODELING_METRICS } from "../metrics/language-modeling.ts";
import { languageModelingRecipe } from "../recipe/sections/language-modeling.ts";
import { languageModel } from "./language-model-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema, tokenId } from "./tensors.ts";
import { textItem } from "./text-item.ts";

/** Predicts the token that follows: a GPT from scratch, with a tokenizer of its own. */
export const causalLanguageModeling = {
  recipe: languageModelingRecipe("byte-pair"),
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
      /** Stands before and behind every text. */
      endOfTextId: tokenId,
    }),
    model: languageModel,
  }),
  item: textItem,
  options: z.strictObject({
    maxTokens: z.int().min(1).max(100_000).optional().describe("Tokens to write at most; default: 100"),
    temperature: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe("0: always the likeliest token; below 1 likelier ones gain; default: 1"),
    topK: z.int().min(1).max(1_000_000).optional().describe("Draw from the k likeliest tokens only; default: all"),
    topP: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe("Draw from the fewest tokens with this share of the probability; default: 1"),
    seed: z.int().nonnegative().optional().describe("The same seed writes the same text; default: 7"),
  }),
  answer: z.strictObject({
    continuation: z.string().describe("What the model writes behind the text"),
    tokens: z.int().nonnegative().describe("Tokens that it wrote"),
    finish: z
      .enum(["end-of-text", "max-tokens"])
      .describe("end-of-text: the model ended the text; max-tokens: so many were written"),
  }),
  metrics: LANGUAGE_MODELING_METRICS,
  words: {
    summary: "writes on behind a text; trains a GPT from scratch on running text",
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
