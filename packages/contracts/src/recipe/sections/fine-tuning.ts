import { z } from "zod";
import { computeFields } from "./compute.ts";
import {
  batchFields,
  clipNormField,
  penaltyFields,
  progressFields,
  regularisationFields,
  scheduleFields,
  weightDecayField,
} from "./optimisation.ts";

/** How a pretrained encoder is fine-tuned under a fresh head; the loss and what stops early are the task's own. */
export const fineTuningFields = {
  epochs: z
    .number()
    .positive()
    .optional()
    .describe("Passes over the training rows; default: 4, and 60 for a frozen encoder"),
  ...batchFields,
  learningRate: z.number().positive().default(3e-4).describe("Peak learning rate of the encoder"),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate of the head; default: 2e-3, and 3e-2 for a frozen encoder"),
  bagLearningRate: z.number().positive().default(3e-2).describe("Peak learning rate of the bag of tokens"),
  ...scheduleFields,
  ...weightDecayField,
  ...penaltyFields,
  ...clipNormField,
  ...regularisationFields,
};

export const patienceField = {
  patience: z.int().positive().optional().describe("default: 3, and 15 for a frozen encoder"),
};

/** What `earlyStopping` does, whichever metric a task's recipe names. */
export const EARLY_STOPPING =
  "Stop after so many evaluations without a better validation value; the best weights are kept";

export const fineTuningRunFields = { ...progressFields, ...computeFields };

/** Defaults that depend on how the encoder is trained: a head on cached vectors is cheap and starts from nothing. */
const DEFAULTS = {
  full: { epochs: 4, headLearningRate: 2e-3, patience: 3 },
  frozen: { epochs: 60, headLearningRate: 3e-2, patience: 15 },
} as const;

/** A recipe whose defaults depend on `model.fineTune`. */
interface FineTuningRecipe {
  readonly model: { readonly fineTune: keyof typeof DEFAULTS };
  readonly train: {
    readonly epochs?: number | undefined;
    readonly headLearningRate?: number | undefined;
    readonly earlyStopping: { readonly patience?: number | undefined };
  };
}

/** A recipe with these defaults filled in. */
export type ResolvedFineTuning<Recipe extends FineTuningRecipe> = Recipe & {
  readonly train: {
    readonly epochs: number;
    readonly headLearningRate: number;
    readonly earlyStopping: { readonly patience: number };
  };
};

/** Fills in the defaults that depend on how the encoder is trained. */
export function resolveFineTuning<Recipe extends FineTuningRecipe>(recipe: Recipe): ResolvedFineTuning<Recipe> {
  const defaults = DEFAULTS[recipe.model.fineTune];
  const { epochs = defaults.epochs, headLearningRate = defaults.headLearningRate } = recipe.train;
  const { patience = defaults.patience } = recipe.train.earlyStopping;
  const earlyStopping = { ...recipe.train.earlyStopping, patience };
  return { ...recipe, train: { ...recipe.train, epochs, headLearningRate, earlyStopping } };
}
