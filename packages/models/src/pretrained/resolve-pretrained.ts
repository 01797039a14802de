import { ModelwrightError } from "@modelwright/contracts";
import { BUILT_IN_MODELS } from "./built-in-models.ts";
import { findFolder } from "./folder-reference.ts";
import type { PretrainedModel } from "./pretrained-model.ts";

/** Where a reference was written. */
export interface ReferenceContext {
  /** Relative paths start here: the folder of the recipe. */
  readonly baseDir: string;
}

/** A way to write a reference. */
interface ReferenceScheme {
  /** The references that there are, or the form that they have. */
  readonly known: readonly string[];
  /** The model of a reference that is written in this way, `undefined` for any other. */
  find(reference: string, context: ReferenceContext): Promise<PretrainedModel | undefined>;
}

/** Schemes in the order in which they are asked. */
const REFERENCE_SCHEMES: Readonly<Record<string, ReferenceScheme>> = {
  "built-in name": {
    known: BUILT_IN_MODELS.map(({ name }) => name),
    find: async (reference) => BUILT_IN_MODELS.find(({ name }) => name === reference),
  },
  folder: { known: [], find: (reference, { baseDir }) => findFolder(reference, baseDir) },
};

/**
 * The pretrained model of a reference, as `model.base` of a recipe names one. It is not loaded yet.
 *
 * @throws {ModelwrightError} `MODEL_BASE_UNKNOWN` listing the known references; for a folder `MODEL_FOLDER_INCOMPLETE`,
 *   `MODEL_CONFIG_INVALID`, `MODEL_FAMILY_UNKNOWN`.
 */
export async function resolvePretrained(reference: string, context: ReferenceContext): Promise<PretrainedModel> {
  const schemes = Object.values(REFERENCE_SCHEMES);
  for (const scheme of schemes) {
    const model = await scheme.find(reference, context);
    if (model !== undefined) return model;
  }
  throw new ModelwrightError("MODEL_BASE_UNKNOWN", { base: reference, known: schemes.flatMap(({ known }) => known) });
}
