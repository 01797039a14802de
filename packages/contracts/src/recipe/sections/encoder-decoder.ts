import { z } from "zod";
import { NO_BASE } from "./fine-tuning.ts";
import {
  adapterFields,
  checkAdapterFields,
  fineTuneKind,
  freshLora,
  type LoraSection,
  lastLayers,
} from "./trained-parts.ts";
import { report } from "./values.ts";

const ofScratch = (words: string, fallback: string | number) => `Of base: ${NO_BASE}: ${words}; default: ${fallback}`;

/** What a model that starts from nothing is made of. */
const SCRATCH = { layers: 2, width: 128, heads: 4, tokenizer: "byte-pair" } as const;

/** An encoder with a decoder: a published one that is trained further, or one that starts from nothing. */
export const encoderDecoderSection = z
  .strictObject({
    base: z
      .string()
      .min(1)
      .default(NO_BASE)
      .describe(
        `Pretrained model to start from (T5, T5 1.1, Flan-T5 or mT5): the path of a folder in Hugging Face's layout, relative to the recipe, or owner/name or owner/name@revision of the Hugging Face hub; ${NO_BASE}: a small T5 that knows nothing but the training rows, with a tokenizer of its own`,
      ),
    fineTune: z
      .union([z.enum(["full", "lora"]), lastLayers])
      .default("full")
      .describe(
        "full: every weight; last:N: the last N layers, those of the decoder first; lora: low-rank matrices beside the weights",
      ),
    ...adapterFields,
    prefix: z
      .string()
      .max(1000)
      .default("")
      .describe('Stands in front of every text that is read, as T5 was taught its tasks: "summarize: "'),
    maxSourceLength: z.int().min(2).default(256).describe("Tokens of a text that are read; what is beyond is cut off"),
    maxTargetLength: z
      .int()
      .min(2)
      .default(128)
      .describe("Tokens of a text that are learnt, and written at most, its end included"),
    dropout: z.number().min(0).lt(1).default(0.1),
    layers: z
      .int()
      .min(1)
      .max(48)
      .optional()
      .describe(ofScratch("layers of the encoder, and as many of the decoder", SCRATCH.layers)),
    width: z
      .int()
      .min(1)
      .max(4096)
      .optional()
      .describe(ofScratch("width of what goes from layer to layer, a multiple of heads", SCRATCH.width)),
    heads: z.int().min(1).max(64).optional().describe(ofScratch("heads of attention", SCRATCH.heads)),
    tokenizer: z
      .enum(["unigram", "byte-pair"])
      .optional()
      .describe(ofScratch("kind of tokenizer that is trained on the texts", SCRATCH.tokenizer)),
    vocabularySize: z
      .int()
      .min(257)
      .optional()
      .describe(
        ofScratch(
          "most tokens that the tokenizer learns, special ones included",
          "one per 50 characters of the training texts, from 257 to 8000",
        ),
      ),
  })
  .superRefine(checkAdapterFields)
  .superRefine(checkBase);

type Section = z.output<typeof encoderDecoderSection>;

const SIZES = ["layers", "width", "heads", "tokenizer", "vocabularySize"] as const;

/** Refuses values that belong to the other kind of base, and widths that heads do not share out. */
function checkBase(model: Section, context: z.RefinementCtx): void {
  if (model.base === NO_BASE) {
    const { kind, layers = 1 } = fineTuneKind(model.fineTune);
    // Of layers that are none another rule speaks.
    if (kind !== "full" && layers > 0) {
      const rule = `base: ${NO_BASE} has nothing learnt that could stay as it is`;
      report(context, "fineTune", { rule, instead: "leave it out, or name a pretrained base" });
    }
    const { width, heads } = { ...SCRATCH, ...given(model) };
    if (width % heads !== 0) {
      const instead = `write a multiple of ${heads}, for example ${Math.ceil(width / heads) * heads}`;
      report(context, "width", { rule: `a multiple of heads, ${heads}, which ${width} is not`, instead });
    }
    return;
  }
  for (const size of SIZES) {
    if (model[size] === undefined) continue;
    report(context, size, {
      rule: `it belongs to base: ${NO_BASE}; a pretrained base has its own`,
      instead: `leave it out, or write base: ${NO_BASE}`,
    });
  }
}

function given(model: Section): Partial<typeof SCRATCH> {
  return Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined));
}

const FROM_NOTHING = { epochs: 30, learningRate: 2e-3 } as const;
const FROM_BASE = { epochs: 3, learningRate: 3e-4 } as const;
/** Few weights have to go further for the same effect. */
const FROM_ADAPTER = { epochs: 3, learningRate: 1e-3 } as const;

interface EncoderDecoderRecipe {
  readonly model: Section;
  readonly train: { readonly epochs?: number | undefined; readonly learningRate?: number | undefined };
}

/** What a model from scratch is made of. */
export interface ScratchSizes {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly tokenizer: "unigram" | "byte-pair";
  /** Default: as many as the texts are worth. */
  readonly vocabularySize?: number;
}

/** A recipe with the defaults that depend on its base filled in. */
export type ResolvedEncoderDecoder<Recipe extends EncoderDecoderRecipe> = Recipe & {
  readonly model: { readonly lora?: LoraSection | undefined };
  readonly train: { readonly epochs: number; readonly learningRate: number };
};

export function resolveEncoderDecoder<Recipe extends EncoderDecoderRecipe>(
  recipe: Recipe,
): ResolvedEncoderDecoder<Recipe> {
  const { model } = recipe;
  const fromBase = fineTuneKind(model.fineTune).kind === "lora" ? FROM_ADAPTER : FROM_BASE;
  const defaults = model.base === NO_BASE ? FROM_NOTHING : fromBase;
  const { epochs = defaults.epochs, learningRate = defaults.learningRate } = recipe.train;
  const sizes: Partial<ScratchSizes> = model.base === NO_BASE ? { ...SCRATCH, ...given(model) } : {};
  return {
    ...recipe,
    model: { ...model, ...sizes, ...freshLora(model) },
    train: { ...recipe.train, epochs, learningRate },
  };
}
