import { type Encoder, textCnnEncoder } from "@modelwright/models";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

/** What a token of a network from scratch is. */
export type Units = Exclude<TextEncoderRecipe["model"]["units"], "auto">;

/** A network that is trained from nothing. */
export interface Architecture {
  readonly title: string;
  encoder(options: { readonly vocabularySize: number; readonly padId: number; readonly units: Units }): Encoder;
}

/** Tokens that a filter sees at once: characters tell less than words. */
const KERNELS = { characters: [2, 3, 4], words: [1, 2, 3] } as const;
const WIDTH = 64;
const FEATURES = 64;

/** Networks by `model.architecture`. */
export const ARCHITECTURES: Readonly<Record<TextEncoderRecipe["model"]["architecture"], Architecture>> = {
  "text-cnn": {
    title: "TextCNN",
    encoder: ({ vocabularySize: vocabulary, padId, units }) =>
      textCnnEncoder({ vocabulary, width: WIDTH, kernels: KERNELS[units], features: FEATURES, padId }),
  },
};
