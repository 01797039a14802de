import type { ManifestOf } from "../manifest/model-manifest.ts";
import type { Recipes } from "../recipe/recipe.ts";

export type TextClassificationRecipe = Recipes["text-classification"];
export type CausalLanguageModelingRecipe = Recipes["causal-language-modeling"];
export type MaskedLanguageModelingRecipe = Recipes["masked-language-modeling"];
export type LanguageModelingRecipe = CausalLanguageModelingRecipe | MaskedLanguageModelingRecipe;
export type TextClassificationManifest = ManifestOf<"text-classification">;
export type CausalLanguageModelManifest = ManifestOf<"causal-language-modeling">;
export type MaskedLanguageModelManifest = ManifestOf<"masked-language-modeling">;
