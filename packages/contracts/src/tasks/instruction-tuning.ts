import { z } from "zod";
import { LANGUAGE_MODELING_METRICS } from "../metrics/language-modeling.ts";
import { computeFields } from "../recipe/sections/compute.ts";
import { decoderSection, resolveDecoder } from "../recipe/sections/decoder.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import {
  batchFields,
  clipNormField,
  progressFields,
  scheduleFields,
  weightDecayField,
} from "../recipe/sections/optimisation.ts";
import { query, source } from "../recipe/sections/source.ts";
import { encoding, fraction, leavesTraining, seed } from "../recipe/sections/values.ts";
import { causalLanguageModeling } from "./causal-language-modeling.ts";
import { tunedModel } from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema, tokenId } from "./tensors.ts";
import { textItem } from "./text-item.ts";
import { textTruth } from "./truths.ts";

const data = z.strictObject({
  source: source(
    "Table with messages: [{ role, content }], with conversations: [{ from, value }], with prompt and completion, or with instruction, input and output",
  ),
  query,
  encoding,
  split: z
    .strictObject({
      test: fraction.default(0.1).describe("Share of the conversations evaluated once, at the end"),
      validation: fraction.default(0.1).describe("Share of the conversations by which the best weights are chosen"),
      seed,
    })
    .superRefine(leavesTraining("conversations"))
    .prefault({}),
  limit: z.int().positive().optional().describe("Use at most so many conversations, drawn by split.seed"),
});

const train = z.strictObject({
  ...batchFields,
  ...scheduleFields,
  ...weightDecayField,
  ...clipNormField,
  ...progressFields,
  ...computeFields,
  batchSize: z
    .int()
    .positive()
    .default(4)
    .describe("Rows of a batch; short conversations share a row of maxLength tokens, and do not see each other"),
  epochs: z.number().positive().default(3).describe("Passes over the training conversations"),
  steps: z.int().positive().optional().describe("Updates in all, instead of epochs"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate; default: 2e-4 for lora, 1e-3 for bitfit, otherwise 5e-5"),
  patience: z
    .int()
    .positive()
    .optional()
    .describe("Evaluations without a smaller validation loss after which training stops; default: it does not"),
});

const recipe = z.strictObject({
  data,
  model: decoderSection,
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["base", "unigram"]))
        .default(["base", "unigram"])
        .describe(
          "base: the model before it is tuned; unigram: each token as often as in the training answers, whatever stands before it",
        ),
      ...evaluationFields,
      ...gatesField("perplexity: { max: 8 }"),
    })
    .prefault({}),
});

/** Answers prompts: a published decoder that has learnt from conversations what an assistant says. */
export const instructionTuning = {
  recipe,
  resolve: (sections: z.output<typeof recipe>) => resolveDecoder(sections),
  manifest: z.strictObject({
    signature: z.strictObject({ input: z.literal("text"), output: z.literal("answer"), tensors: tensorsSchema }),
    preprocessing: z.strictObject({
      tokenizer: z.literal("tokenizer.json"),
      /** Holds the chat template, which makes one text of a conversation. */
      tokenizerConfig: z.literal("tokenizer_config.json"),
      /** Tokens that the model reads at once. */
      maxLength: z.int().positive(),
      /** Tokens that end an answer. */
      endIds: z.array(tokenId).min(1),
    }),
    model: tunedModel,
  }),
  item: textItem,
  options: causalLanguageModeling.options,
  answer: z.strictObject({
    answer: z.string().describe("What the model answers to the prompt"),
    tokens: causalLanguageModeling.answer.shape.tokens,
    finish: causalLanguageModeling.answer.shape.finish,
  }),
  metrics: LANGUAGE_MODELING_METRICS,
  truth: textTruth,
  words: {
    summary: "answers prompts; tunes a published decoder on conversations",
    unit: "conversation",
    item: "prompt",
    sample: "What can you do?",
    pipelineTag: "text-generation",
  },
  example: {
    model: "help-desk",
    items: ["Where is my parcel?", "How do I change my PIN?"],
    answer: { answer: "Tracking is under Orders; it may lag by a day.", tokens: 14, finish: "end-of-text" },
    options: { maxTokens: 60 },
  },
} satisfies TaskSchemas;
