import { z } from "zod";
import {
  type CausalLanguageModelingRecipe,
  causalLanguageModelingSchema,
  type MaskedLanguageModelingRecipe,
  maskedLanguageModelingSchema,
} from "./language-modeling-recipe.ts";
import {
  resolveTextClassification,
  type TextClassificationRecipe,
  textClassificationSchema,
} from "./text-classification-recipe.ts";

/** What each task's recipe is once all defaults are filled in. */
export interface Recipes {
  readonly "text-classification": TextClassificationRecipe;
  readonly "causal-language-modeling": CausalLanguageModelingRecipe;
  readonly "masked-language-modeling": MaskedLanguageModelingRecipe;
}

/** What each task's recipe is as written: every default may be left out. */
export interface RecipeInputs {
  readonly "text-classification": z.input<typeof textClassificationSchema>;
  readonly "causal-language-modeling": z.input<typeof causalLanguageModelingSchema>;
  readonly "masked-language-modeling": z.input<typeof maskedLanguageModelingSchema>;
}

export type RecipeTask = keyof Recipes;
/** A recipe of any task with all defaults filled in, also those that depend on other values. */
export type Recipe = Recipes[RecipeTask];
/** A recipe of any task as written. */
export type RecipeInput = RecipeInputs[RecipeTask];

/** The rules of a task's recipe, and how it comes to the defaults that depend on other values. */
interface RecipeRules<Task extends RecipeTask> {
  /** For JSON Schema, and to name keys. */
  readonly schema: z.ZodType;
  readonly parse: (value: unknown) => z.ZodSafeParseResult<Recipes[Task]>;
}

/** A new task is a row here, and one in each table over `RecipeTask`. */
export const RECIPES: { readonly [Task in RecipeTask]: RecipeRules<Task> } = {
  "text-classification": rules(textClassificationSchema, resolveTextClassification),
  "causal-language-modeling": rules(causalLanguageModelingSchema, (recipe) => recipe),
  "masked-language-modeling": rules(maskedLanguageModelingSchema, (recipe) => recipe),
};

export const recipeTasks = Object.keys(RECIPES) as RecipeTask[];

/** All that has to be there before it is known which rules hold. */
export const taskSchema = z.looseObject({ task: z.enum(recipeTasks) });

function rules<Schema extends z.ZodType, Task extends RecipeTask>(
  schema: Schema,
  resolve: (recipe: z.output<Schema>) => Recipes[Task],
): RecipeRules<Task> {
  return { schema, parse: (value) => schema.transform(resolve).safeParse(value) };
}
