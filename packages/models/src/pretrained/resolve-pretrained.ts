import { ModelwrightError } from "@modelwright/contracts";
import { BUILT_IN_MODELS } from "./built-in-models.ts";
import { findFolder, isFolderReference } from "./folder-reference.ts";
import { findHubModel } from "./hub/hub-model.ts";
import { parseHubReference } from "./hub/hub-reference.ts";
import { type HubSnapshot, type HubSnapshotOptions, hubSnapshot } from "./hub/hub-snapshot.ts";
import type { PretrainedModel } from "./pretrained-model.ts";

/** Where a reference was written. */
export interface ReferenceContext extends Pick<HubSnapshotOptions, "env" | "signal"> {
  /** Relative paths start here: the folder of the recipe. */
  readonly baseDir: string;
  /** Told of a download, where the model comes from the hub and is not here yet. */
  readonly onDownload?: HubSnapshotOptions["onProgress"];
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
  // Behind folders: a folder may be called like a model of the hub, never the other way round.
  "model of the Hugging Face hub": {
    known: [],
    find: (reference, context) => findHubModel(reference, hubOptions(context)),
  },
};

/**
 * The pretrained model of a reference, as `model.base` of a recipe names one. It is not loaded yet.
 *
 * @throws {ModelwrightError} `MODEL_BASE_UNKNOWN` listing the known references; for a folder `MODEL_FOLDER_INCOMPLETE`,
 *   `MODEL_CONFIG_INVALID`, `MODEL_FAMILY_UNKNOWN`; for a model of the hub also `HUB_…`.
 */
export async function resolvePretrained(reference: string, context: ReferenceContext): Promise<PretrainedModel> {
  const schemes = Object.values(REFERENCE_SCHEMES);
  for (const scheme of schemes) {
    const model = await scheme.find(reference, context);
    if (model !== undefined) return model;
  }
  throw new ModelwrightError("MODEL_BASE_UNKNOWN", { base: reference, known: schemes.flatMap(({ known }) => known) });
}

/** A model of the hub that was seen to, and the reference that leads to the same files for ever. */
export interface PinnedReference extends HubSnapshot {
  /** `owner/name@<commit>`. */
  readonly reference: string;
}

/**
 * Fetches the model of a reference to the hub, and says to which commit it leads today; undefined for a reference to anything else.
 *
 * @throws {ModelwrightError} `HUB_…`.
 */
export async function pinReference(reference: string, context: ReferenceContext): Promise<PinnedReference | undefined> {
  const parsed = parseHubReference(reference);
  if (parsed === undefined || (await isFolderReference(reference, context.baseDir))) return undefined;
  const snapshot = await hubSnapshot(parsed, hubOptions(context));
  return { ...snapshot, reference: `${parsed.repository}@${snapshot.commit}` };
}

function hubOptions({ env = process.env, signal, onDownload }: ReferenceContext): HubSnapshotOptions {
  return { env, signal, onProgress: onDownload };
}
