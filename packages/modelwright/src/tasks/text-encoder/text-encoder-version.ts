import { NO_BASE } from "@modelwright/contracts";
import type { Graph } from "@modelwright/engine";
import { encodeModel } from "@modelwright/engine";
import {
  adapterGraph,
  type ConfigJsonOptions,
  configJson,
  countParameters,
  type PeftTask,
  peftAdapter,
  writeSafetensors,
} from "@modelwright/models";
import type { TrainedAdapter } from "@modelwright/training";
import { json } from "../version-files.ts";
import type { FittedTextEncoder } from "./fit-text-encoder.ts";
import { ADAPTER_FILES } from "./read-adapter.ts";

/**
 * The files of a version that reads texts by an encoder.
 *
 * @param options.graph The graph to serve. Default: as it was trained.
 * @param options.peftTask What it does, for its adapter. Default: it classifies texts.
 * @param options.labels What the outputs are called, for `config.json`; likewise `problemType`.
 */
export function textEncoderFiles(
  { model, base, loaded, padId, reading, adapter }: FittedTextEncoder,
  {
    graph = model.graph,
    peftTask,
    ...named
  }: { readonly graph?: Graph; readonly peftTask?: PeftTask } & Pick<ConfigJsonOptions, "labels" | "problemType">,
): Record<string, string | Uint8Array> {
  const tokenizerConfig = { tokenizer_class: "PreTrainedTokenizerFast", model_max_length: reading.maxLength };
  const origin = base === NO_BASE ? {} : { base };
  return {
    "config.json": json(configJson({ architecture: loaded.encoder, ...named, ...origin, padId })),
    "tokenizer.json": JSON.stringify(loaded.tokenizerJson),
    "tokenizer_config.json": json(tokenizerConfig),
    "onnx/model.onnx": encodeModel(graph),
    ...(adapter === undefined ? {} : adapterFiles(adapter, base, peftTask)),
  };
}

/**
 * An adapter in PEFT's files, in a folder of their own: beside a whole model, transformers would take them for an adapter that is still to be
 * added. What it added to the weights of the graph lies beside the graph: versions that have it can be served on one base.
 */
export function adapterFiles(
  { trained, ...options }: TrainedAdapter,
  base: string,
  task: PeftTask = "SEQ_CLS",
): Record<string, string | Uint8Array> {
  const { config, tensors } = peftAdapter(trained, { ...options, base, task });
  const changes = adapterGraph(trained, options.settings);
  return {
    ...(changes === undefined ? {} : { "onnx/adapter.onnx": encodeModel(changes) }),
    [`adapter/${ADAPTER_FILES.config}`]: json(config),
    [`adapter/${ADAPTER_FILES.tensors}`]: Buffer.concat(writeSafetensors(tensors, { format: "pt" })),
  };
}

/**
 * What the manifest of such a version says of its encoder.
 *
 * @param fineTune How it was trained, where the recipe leaves that open.
 */
export function textEncoderManifest(
  { model, base, loaded, padId, reading, trained, adapter }: FittedTextEncoder,
  recipe: { readonly model: { readonly fineTune: string } },
  fineTune: string = recipe.model.fineTune,
) {
  const { bagLength = 0, frame: _, ...window } = reading;
  return {
    preprocessing: {
      tokenizer: "tokenizer.json" as const,
      ...window,
      ...(bagLength > 0 ? { bagLength } : {}),
      padId,
    },
    model: {
      kind: "encoder" as const,
      base,
      ...(loaded.sha256 === undefined ? {} : { baseSha256: loaded.sha256 }),
      fineTune,
      parameters: countParameters(model.parameters),
      trained,
      ...(adapter === undefined ? {} : { adapter: adapterManifest(adapter) }),
    },
  };
}

/** What a manifest says of an adapter. */
export function adapterManifest({ settings: { rank, alpha, dora } }: TrainedAdapter) {
  return { kind: dora === true ? ("dora" as const) : ("lora" as const), rank, alpha };
}

/** The inputs of such a graph, as its manifest names them. */
export function textEncoderInputs({ model }: FittedTextEncoder) {
  return model.inputs.map((name) => ({ name, dtype: "int64", shape: [-1, -1] }));
}
