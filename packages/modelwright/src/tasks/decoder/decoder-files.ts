import { encodeModelParts } from "@modelwright/engine";
import {
  type BuiltModel,
  buildDecoder,
  countParameters,
  type LoadedDecoder,
  peftAdapter,
  publishedWeights,
  writeSafetensors,
} from "@modelwright/models";
import type { TunedDecoder } from "@modelwright/training";
import { ADAPTER_FILES } from "../text-encoder/read-adapter.ts";
import { json, type VersionFiles } from "../version-files.ts";

export interface DecoderFilesOptions {
  /** `model.base` of the recipe. */
  readonly base: string;
  readonly loaded: LoadedDecoder;
  readonly tuned: TunedDecoder;
  /** The graph to serve, as `servedDecoder` builds it. */
  readonly graph: BuiltModel;
  /** Tokens that end a text. */
  readonly endIds: readonly number[];
  /** What `tokenizer_config.json` says. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
}

/** The graph by which a tuned decoder is served: it goes on from keys and values of the past. */
export function servedDecoder({ decoder }: LoadedDecoder, { parameters }: TunedDecoder): BuiltModel {
  return buildDecoder({ decoder, parameters });
}

/** The files of a version that is a decoder, under published names: transformers and transformers.js open them. */
export function decoderFiles(options: DecoderFilesOptions): VersionFiles {
  const { base, loaded, tuned, graph, endIds, tokenizerConfig } = options;
  const { decoder, names, generation, tokenizerJson } = loaded;
  const eos_token_id = endIds.length === 1 ? endIds[0] : endIds;
  const begin = generation.beginId === undefined ? {} : { bos_token_id: generation.beginId };
  return {
    "config.json": json({
      _name_or_path: base,
      architectures: [decoder.className],
      model_type: decoder.modelType,
      ...decoder.config,
      dtype: "float32",
    }),
    "generation_config.json": json({ ...begin, eos_token_id, ...drawing(loaded) }),
    "tokenizer.json": JSON.stringify(tokenizerJson),
    "tokenizer_config.json": json(tokenizerConfig),
    "onnx/model.onnx": () => encodeModelParts(graph.graph),
    "model.safetensors": () => writeSafetensors(publishedWeights(names, tuned.parameters), { format: "pt" }),
    ...adapterFiles(options),
  };
}

/** How it draws tokens, as transformers names it. */
function drawing({ generation }: LoadedDecoder): Readonly<Record<string, unknown>> {
  if (!generation.samples) return {};
  const { temperature, topK, topP, minP } = generation;
  const given = { temperature, top_k: topK, top_p: topP, min_p: minP };
  return { do_sample: true, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** An adapter in PEFT's files, in a folder of their own: beside a whole model, transformers would add it once more. */
export function adapterFiles({ tuned: { adapter }, base }: Pick<DecoderFilesOptions, "tuned" | "base">): VersionFiles {
  if (adapter === undefined) return {};
  const { trained, ...settled } = adapter;
  const { config, tensors } = peftAdapter(trained, { ...settled, base });
  return {
    [`adapter/${ADAPTER_FILES.config}`]: json(config),
    [`adapter/${ADAPTER_FILES.tensors}`]: () => writeSafetensors(tensors, { format: "pt" }),
  };
}

/** What the manifest of such a version says of its model. */
export function tunedManifest(
  { base, loaded, tuned }: Pick<DecoderFilesOptions, "base" | "loaded" | "tuned">,
  fineTune: string,
) {
  const { parameters, trained } = tuned;
  return {
    architecture: loaded.decoder.modelType,
    base,
    baseSha256: loaded.sha256,
    fineTune,
    parameters: countParameters(parameters),
    trained,
    ...adapterManifest(tuned),
  };
}

/** What it says of adapters that were trained; nothing where there were none. */
export function adapterManifest({ adapter }: TunedDecoder) {
  if (adapter === undefined) return {};
  const { dora, rank, alpha } = adapter.settings;
  return { adapter: { kind: dora === true ? ("dora" as const) : ("lora" as const), rank, alpha } };
}
