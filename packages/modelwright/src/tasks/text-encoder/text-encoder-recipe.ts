import type { Recipes, TaskName } from "@modelwright/contracts";

/** Recipes of the tasks that put a head on a pretrained text encoder. */
export type TextEncoderRecipe = Extract<Recipes[TaskName], { readonly model: { readonly fineTune: string } }>;
