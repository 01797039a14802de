import type { Recipes, TaskName } from "@modelwright/contracts";

/** Recipes of the tasks that put a head on a pretrained text encoder. */
export type TextEncoderRecipe = Extract<
  Recipes[TaskName],
  { readonly model: { readonly fineTune: string; readonly bagLength: number } }
>;

/** What decides an encoder, with a head above it or without one. */
export interface EncoderRecipe {
  readonly task?: TaskName;
  readonly data?: { readonly columns: object };
  readonly model: Omit<TextEncoderRecipe["model"], "fineTune" | "bagLength" | "windows">;
  readonly train: Pick<TextEncoderRecipe["train"], "seed">;
}
