import { ModelwrightError } from "@modelwright/contracts";
import type { LoadedEncoder, PretrainedModel } from "./pretrained-model.ts";
import { useLiteEn } from "./use-lite-en.ts";

/** Every pretrained encoder that `model.base` can name. */
export const PRETRAINED: Readonly<Record<string, PretrainedModel>> = {
  "use-lite-en": useLiteEn,
};

/**
 * The pretrained encoder of this name, not yet loaded.
 *
 * @throws {ModelwrightError} `MODEL_BASE_UNKNOWN` listing the known names.
 */
export function findPretrained(base: string): PretrainedModel {
  const model = Object.hasOwn(PRETRAINED, base) ? PRETRAINED[base] : undefined;
  if (model === undefined) throw new ModelwrightError("MODEL_BASE_UNKNOWN", { base, known: Object.keys(PRETRAINED) });
  return model;
}

/**
 * Loads a pretrained encoder with its vocabulary.
 *
 * @throws {ModelwrightError} `MODEL_BASE_UNKNOWN`, `MODEL_WEIGHTS_INVALID`.
 */
export async function loadPretrained(base: string): Promise<LoadedEncoder> {
  return findPretrained(base).load();
}
