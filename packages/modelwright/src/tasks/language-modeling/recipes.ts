import type { ContinuedLanguageModel, Recipes, ScratchLanguageModel } from "@modelwright/contracts";

export type LanguageModelingTask = "causal-language-modeling" | "masked-language-modeling";

/** A recipe of either. */
export type LanguageModelingRecipe = Recipes[LanguageModelingTask];
/** One of a model from scratch. */
export type ScratchRecipe = LanguageModelingRecipe & { readonly model: ScratchLanguageModel };
/** One that goes on with a pretrained model. */
export type ContinuedRecipe = LanguageModelingRecipe & { readonly model: ContinuedLanguageModel };

/** Whether a recipe starts from a pretrained model. */
export function isContinued(recipe: LanguageModelingRecipe): recipe is ContinuedRecipe {
  return recipe.model.base !== undefined;
}
