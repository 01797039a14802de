import { ModelwrightError } from "@modelwright/contracts";
import { BUILT_IN_MODELS } from "./built-in-models.ts";
import { findHubModel } from "./hub/hub-model.ts";
import { parseHubReference } from "./hub/hub-reference.ts";
import { type HubSnapshot, type HubSnapshotOptions, hubSnapshot } from "./hub/hub-snapshot.ts";
import { huggingFaceDecoder } from "./hugging-face/hugging-face-decoder.ts";
import { huggingFaceEncoderDecoder } from "./hugging-face/hugging-face-encoder-decoder.ts";
import { findLocal, isLocal, pathOf } from "./local-reference.ts";
import { encoderFolder } from "./onnx-file/encoder-folder.ts";
import { onnxFile } from "./onnx-file/onnx-file.ts";
import { placeOfGraph } from "./onnx-file/onnx-place.ts";
import { type GraphOptions, refuseGraphOptions } from "./onnx-file/refuse-graph-options.ts";
import type {
  PretrainedDecoder,
  PretrainedEncoderDecoder,
  PretrainedModel,
  PublishedModel,
  ReadFolder,
} from "./pretrained-model.ts";

/** Where a reference was written. */
export interface ReferenceContext extends Pick<HubSnapshotOptions, "env" | "signal">, GraphOptions {
  /** Relative paths start here, that of `tokenizer` too: the folder of the recipe. */
  readonly baseDir: string;
  /** Folders to which references lead that only the caller knows: `gpt-brown:3`. Default: there are none. */
  readonly folders?: Readonly<Record<string, string>> | undefined;
  /** Told of a download, where the model comes from the hub and is not here yet. */
  readonly onDownload?: HubSnapshotOptions["onProgress"];
}

/** How the models of a kind are found. */
interface Resolver<Model> {
  /** Models that come with us. */
  readonly builtIn: readonly Model[];
  readonly read: ReadFolder<Model>;
  /** Reads an ONNX file that was named. Default: none of them can be of this kind. */
  readonly readGraph?: ReadFolder<Model>;
}

/**
 * The pretrained model of a reference, as `model.base` of a recipe names one. It is not loaded yet.
 *
 * @throws {ModelwrightError} `MODEL_BASE_UNKNOWN` listing the known references; for a folder `MODEL_FOLDER_INCOMPLETE`,
 *   `MODEL_CONFIG_INVALID`, `MODEL_FAMILY_UNKNOWN`; for a model of the hub also `HUB_…`.
 */
export async function resolvePretrained(reference: string, context: ReferenceContext): Promise<PretrainedModel> {
  const { baseDir, head, tokenizer, file } = context;
  const options = { file, head, tokenizer: tokenizer === undefined ? undefined : pathOf(tokenizer, baseDir) };
  if (BUILT_IN_MODELS.some(({ name }) => name === reference)) refuseGraphOptions(reference, options);
  return resolve(reference, {
    ...context,
    builtIn: BUILT_IN_MODELS,
    read: (folder, name) => encoderFolder(folder, name, options),
    readGraph: async (graph, name) => {
      refuseGraphOptions(name, { file }, "Leave it out: model.base names the file itself.");
      return onnxFile(placeOfGraph(graph), name, options);
    },
  });
}

/**
 * As `resolvePretrained`, for a language model that writes on.
 *
 * @throws {ModelwrightError} Also `MODEL_KIND_UNFIT` for a model of another kind, and `MODEL_HEAD_UNFIT` for `head` and `tokenizer`, which
 *   only an encoder in an ONNX file takes.
 */
export async function resolvePretrainedDecoder(
  reference: string,
  context: ReferenceContext,
): Promise<PretrainedDecoder> {
  refuseGraphOptions(
    reference,
    context,
    "Leave it out: a language model is read from a folder with its own tokenizer.",
  );
  return resolve(reference, { ...context, builtIn: [], read: huggingFaceDecoder });
}

/**
 * As `resolvePretrainedDecoder`, for a model that writes a text from another one.
 *
 * @throws {ModelwrightError} As `resolvePretrainedDecoder`.
 */
export async function resolvePretrainedEncoderDecoder(
  reference: string,
  context: ReferenceContext,
): Promise<PretrainedEncoderDecoder> {
  refuseGraphOptions(reference, context, "Leave it out: such a model is read from a folder with its own tokenizer.");
  return resolve(reference, { ...context, builtIn: [], read: huggingFaceEncoderDecoder });
}

async function resolve<Model extends PublishedModel>(
  reference: string,
  { builtIn, read, readGraph, ...context }: ReferenceContext & Resolver<Model>,
): Promise<Model> {
  const folder = context.folders?.[reference];
  if (folder !== undefined) return read(folder, reference);
  const model =
    builtIn.find(({ name }) => name === reference) ??
    // A folder may be called like a model of the hub, never the other way round.
    (await findLocal(reference, { baseDir: context.baseDir, read, readGraph })) ??
    (await findHubModel(reference, { ...hubOptions(context), read }));
  if (model !== undefined) return model;
  throw new ModelwrightError("MODEL_BASE_UNKNOWN", { base: reference, known: builtIn.map(({ name }) => name) });
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
  if (parsed === undefined || (await isLocal(reference, context.baseDir))) return undefined;
  const snapshot = await hubSnapshot(parsed, hubOptions(context));
  return { ...snapshot, reference: `${parsed.repository}@${snapshot.commit}` };
}

function hubOptions({ env = process.env, signal, onDownload, file }: ReferenceContext): HubSnapshotOptions {
  return { env, signal, onProgress: onDownload, file };
}
