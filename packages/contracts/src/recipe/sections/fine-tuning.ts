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
import { duration } from "./values.ts";

/** How a pretrained encoder is fine-tuned under a fresh head; the loss and what stops early are the task's own. */
export const fineTuningFields = {
  epochs: z
    .number()
    .positive()
    .optional()
    .describe(
      "Passes over the training rows; default: 4, at most 8 with auto, 60 for a frozen encoder, 10 with base: none",
    ),
  ...batchFields,
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate of the encoder; default: 3e-4, and 3e-3 with base: none"),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate of the head; default: 2e-3, 3e-2 for a frozen encoder, 3e-3 with base: none"),
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

/** In the place of a pretrained model: none. */
export const NO_BASE = "none";

/** Defaults that depend on what is trained: a head on cached vectors is cheap and starts from nothing. */
const DEFAULTS = {
  full: { epochs: 4, learningRate: 3e-4, headLearningRate: 2e-3, patience: 3, maxLength: 128, dropout: 0.1 },
  // What the whole encoder is trained with; the candidates beside it have their own values.
  auto: { epochs: 8, learningRate: 3e-4, headLearningRate: 2e-3, patience: 3, maxLength: 128, dropout: 0.1 },
  frozen: { epochs: 60, learningRate: 3e-4, headLearningRate: 3e-2, patience: 15, maxLength: 128, dropout: 0.1 },
  scratch: { epochs: 10, learningRate: 3e-3, headLearningRate: 3e-3, patience: 3, maxLength: 256, dropout: 0.3 },
} as const;

interface FineTunedModel {
  readonly base: string;
  readonly fineTune: "full" | "auto" | "frozen";
  readonly maxLength?: number | undefined;
}

function defaultsOf({ base, fineTune }: FineTunedModel): (typeof DEFAULTS)[keyof typeof DEFAULTS] {
  return DEFAULTS[base === NO_BASE ? "scratch" : fineTune];
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

/** A recipe whose defaults depend on `model.base` and `model.fineTune`. */
interface FineTuningRecipe {
  readonly model: FineTunedModel & { readonly dropout?: number | undefined };
  readonly train: {
    readonly epochs?: number | undefined;
    readonly learningRate?: number | undefined;
    readonly headLearningRate?: number | undefined;
    readonly earlyStopping: { readonly patience?: number | undefined };
  };
}

/** A recipe with these defaults filled in. */
export type ResolvedFineTuning<Recipe extends FineTuningRecipe> = Recipe & {
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
  const defaults = defaultsOf(recipe.model);
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
    model: { ...recipe.model, maxLength, dropout },
    train: { ...recipe.train, epochs, learningRate, headLearningRate, earlyStopping },
  };
}

/** A recipe of which one candidate is a frozen encoder, as a recipe of that encoder alone. */
export function asFrozen<Recipe extends ResolvedFineTuning<FineTuningRecipe>>(recipe: Recipe): Recipe {
  const { epochs, headLearningRate, patience } = DEFAULTS.frozen;
  const earlyStopping = { ...recipe.train.earlyStopping, patience };
  return {
    ...recipe,
    model: { ...recipe.model, fineTune: "frozen", bagLength: 0 },
    train: { ...recipe.train, epochs, headLearningRate, earlyStopping },
  };
}

/** A recipe of which one candidate is a network from scratch, as a recipe of that network alone. */
export function asScratch<Recipe extends ResolvedFineTuning<FineTuningRecipe>>(recipe: Recipe): Recipe {
  const model = { ...recipe.model, fineTune: "full" };
  if (recipe.model.base === NO_BASE) return { ...recipe, model };
  const { epochs, learningRate, headLearningRate, maxLength, dropout } = DEFAULTS.scratch;
  return {
    ...recipe,
    model: { ...model, base: NO_BASE, bagLength: 0, maxLength, dropout },
    train: { ...recipe.train, epochs, learningRate, headLearningRate },
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
