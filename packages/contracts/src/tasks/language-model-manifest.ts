import { tunedModel } from "./encoder-manifest.ts";

/** What a language model was made of. Without `base` it was trained from scratch. */
export const languageModel = tunedModel.partial({ base: true, fineTune: true, trained: true });
