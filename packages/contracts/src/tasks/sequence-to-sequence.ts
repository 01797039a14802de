import { z } from "zod";
import { WRITTEN_TEXT_METRICS } from "../metrics/written-texts.ts";
import { computeFields } from "../recipe/sections/compute.ts";
import { encoderDecoderSection, resolveEncoderDecoder } from "../recipe/sections/encoder-decoder.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import {
  batchFields,
  clipNormField,
  progressFields,
  scheduleFields,
  weightDecayField,
} from "../recipe/sections/optimisation.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { checkRows, cleanFields, rowColumns, sourceFields } from "../recipe/sections/text-rows.ts";
import { causalLanguageModeling } from "./causal-language-modeling.ts";
import { tunedModel } from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema, tokenId } from "./tensors.ts";
import { textItem } from "./text-item.ts";
import { textTruth } from "./truths.ts";

const { stratify: _, ...split } = splitFields("");

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        text: z.string().default("source").describe("Column that holds the text that is read"),
        output: z.string().default("target").describe("Column that holds the text that is to be written"),
        ...rowColumns,
      })
      .prefault({}),
    clean: z.strictObject(cleanFields("either of their texts")).prefault({}),
    split: z.strictObject(split).prefault({}),
    limit: z.int().positive().optional().describe("Use at most so many rows, drawn by split.seed"),
  })
  .superRefine(checkRows);

const train = z.strictObject({
  ...batchFields,
  ...scheduleFields,
  ...weightDecayField,
  ...clipNormField,
  ...progressFields,
  ...computeFields,
  epochs: z
    .number()
    .positive()
    .optional()
    .describe("Passes over the training rows; default: 3, and 30 with base: none"),
  steps: z.int().positive().optional().describe("Updates in all, instead of epochs"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate; default: 3e-4, 1e-3 for lora, and with base: none 2e-3"),
  patience: z
    .int()
    .positive()
    .optional()
    .describe("Evaluations without a smaller validation loss after which training stops; default: it does not"),
});

const recipe = z.strictObject({
  data,
  model: encoderDecoderSection.prefault({}),
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["copy", "lead", "frequent"]))
        .default(["copy", "lead", "frequent"])
        .describe(
          "copy: the text that is read; lead: its beginning, as long as the training targets are on average; frequent: the most frequent training target",
        ),
      ...evaluationFields,
      ...gatesField("rougeL: { min: 0.3 }"),
    })
    .prefault({}),
});

const { temperature, topK, topP, minP, seed, maxTokens, ...others } = causalLanguageModeling.options.shape;
const drawn = "a token is drawn, with temperature 1";

/** Writes a text from another one, such as a summary or a translation: an encoder with a decoder. */
export const sequenceToSequence = {
  recipe,
  resolve: (sections: z.output<typeof recipe>) => resolveEncoderDecoder(sections),
  manifest: z.strictObject({
    signature: z.strictObject({
      input: z.literal("text"),
      output: z.literal("text"),
      /** Of the encoder, `onnx/encoder_model.onnx`. */
      tensors: tensorsSchema,
      /** Of `onnx/decoder_model_merged.onnx`. */
      decoder: tensorsSchema,
    }),
    preprocessing: z.strictObject({
      tokenizer: z.literal("tokenizer.json"),
      /** Stands in front of every text that is read. */
      prefix: z.string(),
      /** Tokens of a text that are read, special ones included. */
      maxSourceLength: z.int().positive(),
      /** Tokens that are written at most, unless a request says otherwise. */
      maxTargetLength: z.int().positive(),
      /** The decoder reads it in front of what it writes. */
      startId: tokenId,
      /** Tokens that end a text. */
      endIds: z.array(tokenId).min(1),
      padId: tokenId,
    }),
    model: tunedModel,
  }),
  item: textItem,
  options: z.strictObject({
    maxTokens: maxTokens.describe("Tokens to write at most; default: the model's maxTargetLength"),
    temperature: temperature.describe(
      "0: always the likeliest token; above 0 tokens are drawn, below 1 likelier ones gain; default: 0",
    ),
    topK: topK.describe(`Draw from the k likeliest tokens only; with it ${drawn}; default: nothing is drawn`),
    topP: topP.describe(
      `Draw from the fewest tokens with this share of the probability; with it ${drawn}; default: nothing is drawn`,
    ),
    minP: minP.describe(
      `Draw from tokens of at least this share of the likeliest one's probability; with it ${drawn}; default: nothing is drawn`,
    ),
    seed: seed.describe("Of what is drawn: the same seed writes the same text; default: 7"),
    ...others,
  }),
  answer: z.strictObject({
    text: z.string().describe("What the model writes"),
    tokens: causalLanguageModeling.answer.shape.tokens,
    finish: causalLanguageModeling.answer.shape.finish,
  }),
  metrics: WRITTEN_TEXT_METRICS,
  truth: textTruth,
  words: {
    summary: "writes a text from another one: summaries, translations, rewritten texts",
    unit: "row",
    item: "text",
    sample: "your own text",
    pipelineTag: "text2text-generation",
  },
  example: {
    model: "ticket-summaries",
    items: ["The parcel of last week has not arrived, and nobody answers.", "I was charged twice for one order."],
    answer: { text: "Parcel late, no answer.", tokens: 7, finish: "end-of-text" },
    options: { maxTokens: 40 },
  },
} satisfies TaskSchemas;
