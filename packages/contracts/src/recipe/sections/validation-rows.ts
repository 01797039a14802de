import { z } from "zod";
import { VALIDATION_SHARE } from "./split.ts";
import { report } from "./values.ts";

/** The share of validation rows of a task that may learn from all rows. */
export const validationField = {
  validation: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe(
      "Share of the rows that steer early stopping and calibrate; 0 with fineTune: contrastive alone, which learns from all of them in so many passes; default: 0 there, unless train.budget or reject needs some, otherwise 0.1",
    ),
};

interface Steered {
  readonly data: { readonly split: { readonly validation?: number | undefined } };
  readonly model: { readonly fineTune: string };
  readonly train: { readonly budget?: string | undefined };
  readonly reject?: object | undefined;
}

/** What has no answer without validation rows. */
const NEEDS: Readonly<Record<string, { readonly isSet: (recipe: Steered) => boolean; readonly rule: string }>> = {
  "model.fineTune": {
    isSet: ({ model }) => model.fineTune !== "contrastive",
    rule: "early stopping needs validation rows, except with fineTune: contrastive",
  },
  "train.budget": {
    isSet: ({ train }) => train.budget !== undefined,
    rule: "train.budget compares what is reached on validation rows",
  },
  reject: { isSet: ({ reject }) => reject !== undefined, rule: "reject is measured on validation rows" },
};

/** Refuses to do without validation rows what needs some. */
export function checkValidationRows(recipe: Steered, context: z.RefinementCtx): void {
  if (recipe.data.split.validation !== 0) return;
  const needed = Object.values(NEEDS).find(({ isSet }) => isSet(recipe));
  if (needed === undefined) return;
  report(context, "data.split.validation", { rule: needed.rule, instead: `write ${VALIDATION_SHARE}` });
}

/** A recipe with its share of validation rows filled in: few rows teach more than they would decide. */
export function resolveValidationRows<Recipe extends Steered>(recipe: Recipe) {
  const isNeeded = Object.values(NEEDS).some(({ isSet }) => isSet(recipe));
  const { validation = isNeeded ? VALIDATION_SHARE : 0 } = recipe.data.split;
  return { ...recipe, data: { ...recipe.data, split: { ...recipe.data.split, validation } } };
}
