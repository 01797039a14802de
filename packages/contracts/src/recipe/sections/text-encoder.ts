import { z } from "zod";
import {
  ARCHITECTURE_SIZES,
  ARCHITECTURE_WORDS,
  type ArchitectureName,
  architectureNames,
  HEAD_WIDTH,
} from "./architectures.ts";
import { NO_BASE, readByDefault } from "./fine-tuning.ts";
import { graphFields } from "./imported-graph.ts";
import {
  adapterFields,
  type ClassifierFineTune,
  checkAdapterFields,
  FINE_TUNE_WORDS,
  lastLayers,
} from "./trained-parts.ts";
import { report } from "./values.ts";

const VOCABULARY_SIZE = 20_000;
const MOST_WINDOWS = 16;
const ARCHITECTURE: ArchitectureName = "text-cnn";

const eachArchitecture = (words: (name: ArchitectureName) => string) => architectureNames.map(words).join("; ");
const eachSize = (size: "width" | "layers") =>
  architectureNames.map((name) => `${ARCHITECTURE_SIZES[name][size]} for ${name}`).join(", ");

const encoderFields = {
  base: z
    .string()
    .default("use-lite-en")
    .describe(
      `Pretrained encoder to start from: use-lite-en, which reads English only, the path of a folder in Hugging Face's layout, relative to the recipe, or of an ONNX file or a folder with one, or owner/name or owner/name@revision of the Hugging Face hub; ${NO_BASE}: a network that knows nothing but the training rows, for any language`,
    ),
  ...graphFields,
  architecture: z
    .enum(architectureNames)
    .default(ARCHITECTURE)
    .describe(`The network of base: ${NO_BASE}; ${eachArchitecture((name) => `${name}: ${ARCHITECTURE_WORDS[name]}`)}`),
  width: z
    .int()
    .min(1)
    .max(4096)
    .optional()
    .describe(
      `Width of the vectors of tokens of base: ${NO_BASE}, and of its filters, states or layers; of bert a multiple of ${HEAD_WIDTH}, as wide as a head; default: ${eachSize("width")}`,
    ),
  layers: z
    .int()
    .min(1)
    .max(48)
    .optional()
    .describe(
      `Layers of base: ${NO_BASE}, one on top of the other; default: ${eachSize("layers")}, which has no others`,
    ),
  units: z
    .enum(["auto", "characters", "words", "subwords"])
    .default("auto")
    .describe(
      `Tokens of base: ${NO_BASE}; auto: characters where the language of the training rows has no spaces between words, otherwise words; subwords: frequent parts of words, by a WordPiece tokenizer`,
    ),
  vocabularySize: z
    .int()
    .min(3)
    .default(VOCABULARY_SIZE)
    .describe(`Most tokens of base: ${NO_BASE}; they are the most frequent ones of the training rows`),
  maxLength: z
    .int()
    .min(1)
    .optional()
    .describe(
      `Tokens of a text that the encoder reads; at most what it can; default: 128, and 256 with base: ${NO_BASE}`,
    ),
  truncation: z
    .enum(["end", "middle"])
    .default("end")
    .describe(
      "Which tokens of a longer text go: those at the end, or those in the middle (3/4 from the start are kept)",
    ),
  windows: z
    .strictObject({
      overlap: z
        .int()
        .min(0)
        .optional()
        .describe(
          "Tokens that a window shares with the one before it; at most half of maxLength; default: a quarter of it",
        ),
      most: z
        .int()
        .min(2)
        .max(1024)
        .default(MOST_WINDOWS)
        .describe("Windows of a text at most; truncation says what goes of a text that has more"),
    })
    .optional()
    .describe(
      "Texts longer than maxLength are read in windows of so many tokens, and the outputs of their windows are averaged; default: they are cut",
    ),
  bagLength: z
    .int()
    .min(0)
    .max(4096)
    .default(0)
    .describe(
      "Tokens of a text that a linear bag of tokens beside the encoder reads, which takes in what is beyond maxLength; 0: no bag. Needs fineTune: full",
    ),
  dropout: z.number().min(0).lt(1).optional().describe(`default: 0.1, and 0.3 with base: ${NO_BASE} other than bert`),
};

interface ModelFields {
  readonly base: string;
  readonly architecture: ArchitectureName;
  readonly width?: number | undefined;
  readonly layers?: number | undefined;
  readonly units: string;
  readonly vocabularySize: number;
  readonly fineTune: ClassifierFineTune | "auto";
  readonly maxLength?: number | undefined;
  readonly bagLength: number;
  readonly windows?: { readonly overlap?: number | undefined } | undefined;
  readonly head?: unknown;
  readonly tokenizer?: string | undefined;
  readonly file?: string | undefined;
  readonly lora?: unknown;
  readonly adapter?: string | undefined;
}

const CONTRASTIVE = "contrastive";

/** The tokens that windows share where a recipe does not say: a quarter. */
export function defaultOverlap(maxLength: number): number {
  return Math.floor(maxLength / 4);
}

const TRAINS_ALL: ReadonlySet<string> = new Set(["full", "auto"]);

const OWN_TOKENIZER = "a pretrained encoder has its own tokenizer";
const OWN_LAYERS = "a pretrained encoder has its own layers";

/** Whether no network from scratch can be among what is trained. */
function hasOwnTokenizer({ base, fineTune }: ModelFields): boolean {
  return base !== NO_BASE && fineTune !== "auto";
}

/** Rules between two values of the section. */
const RULES: readonly {
  readonly at: keyof ModelFields | "windows.overlap";
  readonly isBroken: (model: ModelFields) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    at: "fineTune",
    isBroken: ({ base, fineTune }) => base === NO_BASE && fineTune !== CONTRASTIVE && !TRAINS_ALL.has(fineTune),
    rule: `base: ${NO_BASE} has learnt nothing that could be kept frozen`,
    instead: "write fineTune: full, or name a pretrained base",
  },
  {
    at: "fineTune",
    isBroken: ({ base, fineTune }) => base === NO_BASE && fineTune === CONTRASTIVE,
    rule: `contrastive tunes an encoder that has read other texts before, and base: ${NO_BASE} has not`,
    instead: "write fineTune: full, or name a pretrained base",
  },
  ...(["file", "head", "tokenizer"] as const).map((at) => ({
    at,
    isBroken: (model: ModelFields) => model.base === NO_BASE && model[at] !== undefined,
    rule: "it belongs to a base that is an ONNX file",
    instead: "leave it out, or name such a base",
  })),
  {
    at: "architecture",
    isBroken: (model) => hasOwnTokenizer(model) && model.architecture !== ARCHITECTURE,
    rule: OWN_LAYERS,
    instead: `leave it out, or write base: ${NO_BASE}`,
  },
  ...(["width", "layers"] as const).map((at) => ({
    at,
    isBroken: (model: ModelFields) => hasOwnTokenizer(model) && model[at] !== undefined,
    rule: OWN_LAYERS,
    instead: `leave it out, or write base: ${NO_BASE}`,
  })),
  {
    at: "width",
    isBroken: ({ architecture, width = HEAD_WIDTH }) => architecture === "bert" && width % HEAD_WIDTH !== 0,
    rule: `must be a multiple of ${HEAD_WIDTH}, the width of a head of attention, with architecture: bert`,
    instead: `write ${2 * HEAD_WIDTH}, ${4 * HEAD_WIDTH} or another one`,
  },
  {
    at: "layers",
    isBroken: (model) => !hasOwnTokenizer(model) && model.architecture === "text-cnn" && (model.layers ?? 1) > 1,
    rule: "architecture: text-cnn has one layer, of filters side by side",
    instead: "leave it out, or write another architecture",
  },
  {
    at: "units",
    isBroken: (model) => hasOwnTokenizer(model) && model.units !== "auto",
    rule: OWN_TOKENIZER,
    instead: `leave it out, or write base: ${NO_BASE}`,
  },
  {
    at: "vocabularySize",
    isBroken: (model) => hasOwnTokenizer(model) && model.vocabularySize !== VOCABULARY_SIZE,
    rule: OWN_TOKENIZER,
    instead: `leave it out, or write base: ${NO_BASE}`,
  },
  {
    at: "bagLength",
    isBroken: ({ bagLength, fineTune }) => bagLength > 0 && !TRAINS_ALL.has(fineTune),
    rule: "a bag is trained together with the encoder, so it needs fineTune: full",
    instead: "write fineTune: full, or leave bagLength out",
  },
  {
    at: "windows",
    isBroken: ({ windows, bagLength }) => windows !== undefined && bagLength > 0,
    rule: "a bag reads what is beyond maxLength, and so do windows",
    instead: "leave either windows or bagLength out",
  },
  {
    at: "windows.overlap",
    isBroken: (model) => (model.windows?.overlap ?? 0) > readByDefault(model) / 2,
    rule: "must be at most half of maxLength",
    instead: "write a smaller one, or leave it out for a quarter",
  },
  {
    at: "bagLength",
    isBroken: (model) => model.bagLength > 0 && model.bagLength < readByDefault(model),
    rule: "a bag reads at least as much as the encoder",
    instead: "write at least maxLength, or 0 for no bag",
  },
];

function checkModel(model: ModelFields, context: z.RefinementCtx): void {
  for (const { at, isBroken, ...broken } of RULES) if (isBroken(model)) report(context, at, broken);
  checkAdapterFields(model, context);
}

/** A text encoder under a head for the task. */
export const textEncoderSection = z
  .strictObject({
    ...encoderFields,
    fineTune: z
      .union([z.enum(["full", "frozen", "lora", "bitfit"]), lastLayers])
      .default("full")
      .describe(FINE_TUNE_WORDS),
    ...adapterFields,
  })
  .superRefine(checkModel);

/** The same, among other candidates. */
export const candidatesSection = z
  .strictObject({
    ...encoderFields,
    fineTune: z
      .union([z.enum(["auto", "full", "frozen", "contrastive", "lora", "bitfit"]), lastLayers])
      .default("auto")
      .describe(
        `auto: what reaches most on the validation rows of TF-IDF, a network from scratch, frozen and full, as far as the texts are what the encoder reads and train.budget allows; with base: ${NO_BASE} of the first two; ${FINE_TUNE_WORDS}; contrastive: every weight by pairs of rows, so that texts of one label are near, then the head on the vectors, for few rows per label`,
      ),
    ...adapterFields,
  })
  .superRefine(checkModel);

const { fineTune: _, bagLength: __, windows: ___, ...ownFields } = textEncoderSection.shape;

/** A text encoder without a head, whose vectors are what is trained: something of it has to be. */
export const embeddingEncoderSection = z
  .strictObject({
    ...ownFields,
    fineTune: z
      .union([z.enum(["full", "lora", "bitfit"]), lastLayers])
      .default("full")
      .describe(
        "full: every weight; last:N: the last N layers; lora: low-rank matrices beside the weights; bitfit: biases alone",
      ),
  })
  .superRefine((model, context) => checkModel({ ...model, bagLength: 0 }, context));
