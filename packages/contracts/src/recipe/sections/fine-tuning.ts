import { z } from "zod";
import type { ArchitectureName } from "./architectures.ts";
import { computeFields, vectorCacheField } from "./compute.ts";
import {
  batchFields,
  clipNormField,
  penaltyFields,
  progressFields,
  regularisationFields,
  scheduleFields,
  weightDecayField,
} from "./optimisation.ts";
import {
  type ClassifierFineTune,
  type ClassifierFineTuneKind,
  fineTuneKind,
  freshLora,
  type LoraSection,
} from "./trained-parts.ts";
import { duration } from "./values.ts";

/** When the layers of an encoder are trained, one after the other. */
export const unfreezeField = {
  unfreeze: z
    .strictObject({
      every: z
        .number()
        .nonnegative()
        .default(0)
        .describe("Epochs after which one more layer is trained, from the head down; 0: all from the start"),
    })
    .prefault({})
    .describe("Gradual unfreezing"),
};

/** How a pretrained encoder is fine-tuned under a fresh head; the loss and what stops early are the task's own. */
export const fineTuningFields = {
  epochs: z
    .number()
    .positive()
    .optional()
    .describe(
      "Passes over the training rows; default: 4, at most 8 with auto, 60 for a frozen encoder, 5 with contrastive, 10 with base: none",
    ),
  ...batchFields,
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      "Peak learning rate of what is trained of the encoder; default: 3e-4, 1e-3 for lora and bitfit, 5e-5 with contrastive, and with base: none 3e-3, of bert 5e-4",
    ),
  layerDecay: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("The learning rate of a layer over that of the layer above it; the last one has learningRate"),
  ...unfreezeField,
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      "Peak learning rate of the head; default: 2e-3, 3e-2 on cached vectors, and with base: none as learningRate",
    ),
  headStart: z
    .enum(["random", "vectors"])
    .default("random")
    .describe(
      "Where the head starts; vectors: as it is best on the vectors of the encoder as it is, before more is trained",
    ),
  bagLearningRate: z.number().positive().default(3e-2).describe("Peak learning rate of the bag of tokens"),
  ...scheduleFields,
  ...weightDecayField,
  ...penaltyFields,
  ...clipNormField,
  ...regularisationFields,
};

export const patienceField = {
  patience: z.int().positive().optional().describe("default: 3, and 15 for a head on cached vectors"),
};

/** What `earlyStopping` does, whichever metric a task's recipe names. */
export const EARLY_STOPPING =
  "Stop after so many evaluations without a better validation value; the best weights are kept";

export const fineTuningRunFields = { ...progressFields, ...computeFields, ...vectorCacheField };

export interface FineTuningDefaults {
  readonly epochs: number;
  readonly learningRate: number;
  readonly headLearningRate: number;
  readonly patience: number;
  readonly maxLength: number;
  readonly dropout: number;
}

/** What most of the encoder is trained with. */
const WHOLE: FineTuningDefaults = {
  epochs: 4,
  learningRate: 3e-4,
  headLearningRate: 2e-3,
  patience: 3,
  maxLength: 128,
  dropout: 0.1,
};

/** What few weights are trained with: they have to go further for the same effect. */
const FEW: FineTuningDefaults = { ...WHOLE, learningRate: 1e-3 };

/** What recipes of a frozen encoder hold by default, and do not use. */
export const FROZEN_LEARNING_RATE = WHOLE.learningRate;

/** In the place of a pretrained model: none. */
export const NO_BASE = "none";

/** What a network is trained with that starts from nothing. */
const FROM_NOTHING: FineTuningDefaults = {
  epochs: 10,
  learningRate: 3e-3,
  headLearningRate: 3e-3,
  patience: 3,
  maxLength: 256,
  dropout: 0.3,
};

/** The same by `model.architecture`, for every task. */
export const SCRATCH_DEFAULTS: Readonly<Record<ArchitectureName, FineTuningDefaults>> = {
  "text-cnn": FROM_NOTHING,
  lstm: FROM_NOTHING,
  bilstm: FROM_NOTHING,
  dense: FROM_NOTHING,
  bert: { ...FROM_NOTHING, learningRate: 5e-4, headLearningRate: 5e-4, dropout: 0.1 },
};

const FROZEN: FineTuningDefaults = { ...WHOLE, epochs: 60, headLearningRate: 3e-2, patience: 15 };

/** Defaults that depend on what is trained of an encoder: a head on cached vectors is cheap and starts from nothing. */
export const ENCODER_DEFAULTS: Readonly<Record<ClassifierFineTuneKind | "auto", FineTuningDefaults>> = {
  full: WHOLE,
  last: WHOLE,
  lora: FEW,
  bitfit: FEW,
  // What the whole encoder is trained with; the candidates beside it have their own values.
  auto: { ...WHOLE, epochs: 8 },
  frozen: FROZEN,
  // Passes and rate of the pairs: decision 062.
  contrastive: { ...FROZEN, epochs: 5, learningRate: 5e-5 },
};

interface FineTunedModel {
  readonly base: string;
  readonly architecture: ArchitectureName;
  readonly fineTune: ClassifierFineTune | "auto";
  readonly maxLength?: number | undefined;
}

function defaultsOf({ base, architecture, fineTune }: FineTunedModel): FineTuningDefaults {
  if (base === NO_BASE) return SCRATCH_DEFAULTS[architecture];
  return ENCODER_DEFAULTS[fineTune === "auto" ? fineTune : fineTuneKind(fineTune).kind];
}

/** Tokens of a text that are read. */
export function readByDefault(model: FineTunedModel): number {
  return model.maxLength ?? defaultsOf(model).maxLength;
}

/** What `budget` is where a recipe that chooses among candidates does not say: a cup of tea. */
const DEFAULT_BUDGET = "5m";

export const budgetField = {
  budget: duration
    .optional()
    .describe(
      `Time for training, as 90s, 5m or 1h: epochs are as many as fit, and training ends with the best weights so far; default: ${DEFAULT_BUDGET} with auto, otherwise none`,
    ),
};

/** A recipe that leaves some of these values to defaults. */
export interface TunedRecipe {
  readonly model: {
    readonly fineTune: ClassifierFineTune | "auto";
    readonly maxLength?: number | undefined;
    readonly dropout?: number | undefined;
    readonly lora?: LoraSection | undefined;
    readonly adapter?: string | undefined;
  };
  readonly train: {
    readonly epochs?: number | undefined;
    readonly learningRate?: number | undefined;
    readonly headLearningRate?: number | undefined;
    readonly earlyStopping: { readonly patience?: number | undefined };
  };
}

/** A recipe whose defaults depend on `model.base` and `model.fineTune`. */
type FineTuningRecipe = TunedRecipe & { readonly model: FineTunedModel };

/** A recipe with these defaults filled in. */
export type ResolvedFineTuning<Recipe extends TunedRecipe> = Recipe & {
  readonly model: { readonly maxLength: number; readonly dropout: number };
  readonly train: {
    readonly epochs: number;
    readonly learningRate: number;
    readonly headLearningRate: number;
    readonly earlyStopping: { readonly patience: number };
  };
};

/** Fills in the defaults that depend on what is trained. */
export function resolveFineTuning<Recipe extends FineTuningRecipe>(recipe: Recipe): ResolvedFineTuning<Recipe> {
  return withDefaults(recipe, defaultsOf(recipe.model));
}

export function withDefaults<Recipe extends TunedRecipe>(
  recipe: Recipe,
  defaults: FineTuningDefaults,
): ResolvedFineTuning<Recipe> {
  const { maxLength = defaults.maxLength, dropout = defaults.dropout } = recipe.model;
  const {
    epochs = defaults.epochs,
    learningRate = defaults.learningRate,
    headLearningRate = defaults.headLearningRate,
  } = recipe.train;
  const { patience = defaults.patience } = recipe.train.earlyStopping;
  const earlyStopping = { ...recipe.train.earlyStopping, patience };
  return {
    ...recipe,
    model: { ...recipe.model, maxLength, dropout, ...freshLora(recipe.model) },
    train: { ...recipe.train, epochs, learningRate, headLearningRate, earlyStopping },
  };
}

/** A recipe of which one candidate is a frozen encoder, as a recipe of that encoder alone. */
export function asFrozen<Recipe extends ResolvedFineTuning<FineTuningRecipe>>(recipe: Recipe): Recipe {
  const { epochs, headLearningRate, patience } = ENCODER_DEFAULTS.frozen;
  const earlyStopping = { ...recipe.train.earlyStopping, patience };
  return {
    ...recipe,
    model: { ...recipe.model, fineTune: "frozen", bagLength: 0 },
    train: { ...recipe.train, epochs, headLearningRate, headStart: "random", earlyStopping },
  };
}

/** A recipe of which one candidate is a network from scratch, as a recipe of that network alone. */
export function asScratch<Recipe extends ResolvedFineTuning<FineTuningRecipe>>(recipe: Recipe): Recipe {
  const model = { ...recipe.model, fineTune: "full" };
  if (recipe.model.base === NO_BASE) return { ...recipe, model };
  const { epochs, learningRate, headLearningRate, maxLength, dropout } = SCRATCH_DEFAULTS[recipe.model.architecture];
  return {
    ...recipe,
    model: { ...model, base: NO_BASE, bagLength: 0, maxLength, dropout },
    // It has no vectors that a head could start on.
    train: { ...recipe.train, epochs, learningRate, headLearningRate, headStart: "random" },
  };
}

/** Fills in the defaults of a recipe that may choose among candidates. */
export function resolveCandidates<
  Recipe extends FineTuningRecipe & { readonly train: { readonly budget?: string | undefined } },
>(recipe: Recipe): ResolvedFineTuning<Recipe> {
  const resolved = resolveFineTuning(recipe);
  const { budget = recipe.model.fineTune === "auto" ? DEFAULT_BUDGET : undefined } = recipe.train;
  return budget === undefined ? resolved : { ...resolved, train: { ...resolved.train, budget } };
}
