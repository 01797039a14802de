import { z } from "zod";
import {
  ENCODER_DEFAULTS,
  type FineTuningDefaults,
  NO_BASE,
  type ResolvedFineTuning,
  type TunedRecipe,
  withDefaults,
} from "./fine-tuning.ts";
import { adapterFields, checkAdapterFields, type FineTune, fineTuneKind, lastLayers } from "./trained-parts.ts";
import { report } from "./values.ts";

/** Values of the network from scratch, which a pretrained base has for itself, with their defaults. */
const SCRATCH = { vocabularySize: 30_000, minFrequency: 2, embeddingWidth: 64, width: 128, layers: 1 } as const;
/** The built-in base, which has a vector for each text and none for each token. */
const TEXT_VECTORS = "use-lite-en";

const OF_SCRATCH = `Of base: ${NO_BASE}`;

interface TaggerModel {
  readonly base: string;
  readonly fineTune: FineTune;
  readonly crf?: boolean | undefined;
}

/** Rules between two values of the section. */
const RULES: readonly {
  readonly at: keyof TaggerModel;
  readonly isBroken: (model: TaggerModel) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    at: "base",
    isBroken: ({ base }) => base === TEXT_VECTORS,
    rule: `${TEXT_VECTORS} has one vector per text and none per token`,
    instead: `write base: ${NO_BASE}, or name a folder or a model of the hub`,
  },
  {
    at: "fineTune",
    // Another rule speaks of last:0.
    isBroken: ({ base, fineTune }) => base === NO_BASE && fineTune !== "full" && fineTuneKind(fineTune).layers !== 0,
    rule: `base: ${NO_BASE} has learnt nothing that could be kept`,
    instead: "leave it out, or name a pretrained base",
  },
  {
    at: "crf",
    isBroken: ({ base, crf }) => base === NO_BASE && crf === false,
    rule: `base: ${NO_BASE} is a network under a conditional random field`,
    instead: "leave it out, or name a pretrained base",
  },
];

/** What marks spans: a network from scratch, or a pretrained encoder under a head for each token. */
export const taggerSection = z
  .strictObject({
    base: z
      .string()
      .default(NO_BASE)
      .describe(
        `${NO_BASE}: a network that is trained from scratch; otherwise a pretrained encoder with a vector per token: the path of a folder in Hugging Face's layout, relative to the recipe, or owner/name or owner/name@revision of the Hugging Face hub`,
      ),
    fineTune: z
      .union([z.enum(["full", "lora", "bitfit"]), lastLayers])
      .default("full")
      .describe(
        "Of a pretrained base: full: every weight; last:N: the last N layers; lora: low-rank matrices beside the weights; bitfit: biases alone; the head always",
      ),
    crf: z
      .boolean()
      .optional()
      .describe(
        `Whether the tags of a text are chosen together, by a conditional random field, or each by itself; default: true with base: ${NO_BASE}, otherwise false, which other libraries read too`,
      ),
    architecture: z
      .enum(["bilstm"])
      .default("bilstm")
      .describe(`${OF_SCRATCH}; bilstm: an LSTM in both directions under a conditional random field`),
    units: z
      .enum(["auto", "characters", "words"])
      .default("auto")
      .describe(
        "What has a tag; auto: characters where the script writes no spaces between words, otherwise words. A pretrained base cuts a unit into tokens, of which the first has the tag",
      ),
    vocabularySize: z
      .int()
      .min(3)
      .default(SCRATCH.vocabularySize)
      .describe(`${OF_SCRATCH}: most units that are known, the most frequent ones`),
    minFrequency: z
      .int()
      .min(1)
      .default(SCRATCH.minFrequency)
      .describe(`${OF_SCRATCH}: units that are rarer in the training rows are unknown ones`),
    maxLength: z
      .int()
      .min(8)
      .max(4096)
      .optional()
      .describe(
        `Tokens that are read at once, units with base: ${NO_BASE}; longer texts are read in parts, cut behind punctuation where there is some; default: 128, and 256 with base: ${NO_BASE}`,
      ),
    embeddingWidth: z.int().positive().default(SCRATCH.embeddingWidth).describe(OF_SCRATCH),
    width: z.int().positive().default(SCRATCH.width).describe(`${OF_SCRATCH}: of the LSTM's state in one direction`),
    layers: z.int().positive().default(SCRATCH.layers).describe(OF_SCRATCH),
    dropout: z.number().min(0).lt(1).optional().describe(`default: 0.1, and 0.3 with base: ${NO_BASE}`),
    ...adapterFields,
  })
  .superRefine((model, context) => {
    for (const { at, isBroken, ...broken } of RULES) if (isBroken(model)) report(context, at, broken);
    checkAdapterFields(model, context);
    if (model.base === NO_BASE) return;
    for (const [at, value] of Object.entries(SCRATCH)) {
      if (model[at as keyof typeof SCRATCH] === value) continue;
      report(context, at, {
        rule: "a pretrained encoder has its own",
        instead: `leave it out, or write base: ${NO_BASE}`,
      });
    }
  });

/** What the network from scratch is trained with. */
export const TAGGER_FROM_SCRATCH: FineTuningDefaults = {
  maxLength: 256,
  dropout: 0.3,
  epochs: 10,
  learningRate: 4e-3,
  headLearningRate: 4e-3,
  patience: 5,
};

type TaggerRecipe = TunedRecipe & { readonly model: TaggerModel };

/** A recipe with the defaults that depend on its base filled in. */
export type ResolvedTagger<Recipe extends TaggerRecipe> = ResolvedFineTuning<Recipe> & {
  readonly model: { readonly crf: boolean };
};

/** Fills in the defaults that depend on the base. */
export function resolveTagger<Recipe extends TaggerRecipe>(recipe: Recipe): ResolvedTagger<Recipe> {
  const { base, fineTune, crf = base === NO_BASE } = recipe.model;
  const resolved = withDefaults(
    recipe,
    base === NO_BASE ? TAGGER_FROM_SCRATCH : ENCODER_DEFAULTS[fineTuneKind(fineTune).kind],
  );
  return { ...resolved, model: { ...resolved.model, crf } };
}
