import { z } from "zod";
import { report } from "./values.ts";

/** How much a student listens to its teacher, where a recipe does not say: both halves of the loss count alike. */
const TEMPERATURE = 2;
const WEIGHT = 0.5;

/** What a classifier learns beside its labels. */
export const distillationFields = {
  teacher: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Whose answers the model learns beside the labels: a version of the registry that puts the same labels on texts (name@alias or name:number), or a JSON Lines file, relative to the recipe, with text (or id) and logits by label; default: nobody's",
    ),
  distillation: z
    .strictObject({
      temperature: z
        .number()
        .positive()
        .default(TEMPERATURE)
        .describe("Softens the answers of both; above 1 the labels that are less likely count more"),
      weight: z
        .number()
        .gt(0)
        .max(1)
        .default(WEIGHT)
        .describe("Share of the teacher in the loss; the rest is the labels'"),
    })
    .optional()
    .describe("How much the model learns from train.teacher"),
};

export interface DistillationSection {
  readonly temperature: number;
  readonly weight: number;
}

interface Student {
  readonly model: { readonly fineTune: string };
  readonly train: { readonly teacher?: string | undefined; readonly distillation?: DistillationSection | undefined };
}

/** Ways to train in which no network learns by its answers to the rows. */
const WITHOUT_A_TEACHER: Readonly<Record<string, string>> = {
  auto: "a network learns from a teacher, and fineTune: auto may end with TF-IDF",
  contrastive: "fineTune: contrastive learns from pairs of rows, and a teacher answers single ones",
};

/** Refuses a teacher of what cannot learn from one, and values for a teacher that is not there. */
export function checkDistillation({ model, train }: Student, context: z.RefinementCtx): void {
  const rule = WITHOUT_A_TEACHER[model.fineTune];
  if (train.teacher !== undefined && rule !== undefined) {
    report(context, "train.teacher", { rule, instead: "write model.fineTune: full, or leave train.teacher out" });
  }
  if (train.teacher === undefined && train.distillation !== undefined) {
    const without = "it says how a teacher is listened to, so it needs train.teacher";
    report(context, "train.distillation", { rule: without, instead: "name a teacher, or leave it out" });
  }
}

/** Fills in how a teacher is listened to, where there is one. */
export function resolveDistillation<Recipe extends Student>(recipe: Recipe): Recipe {
  const { teacher, distillation = { temperature: TEMPERATURE, weight: WEIGHT } } = recipe.train;
  return teacher === undefined ? recipe : { ...recipe, train: { ...recipe.train, distillation } };
}
