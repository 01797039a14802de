import type { TextClassificationRecipe } from "@modelwright/contracts";
import type { Validation } from "../trainer/fit.ts";

/** How each early-stopping metric of a recipe is turned into a score of which less is better. */
export const EARLY_STOPPING_SCORES: Readonly<
  Record<TextClassificationRecipe["train"]["earlyStopping"]["metric"], (validation: Validation) => number>
> = {
  loss: ({ loss }) => loss,
  f1Macro: ({ measures }) => -measures.f1Macro!,
  accuracy: ({ measures }) => -measures.accuracy!,
};
