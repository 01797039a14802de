import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseManifest, type TaskName } from "@modelwright/contracts";
import { encodeModel, RandomSource } from "@modelwright/engine";
import type { BaseMember, TinyVersion } from "@modelwright/inference";
import { describeTiny, writeTinyFiles } from "@modelwright/inference/testing";
import {
  type AdapterSettings,
  adapterGraph,
  bert,
  buildPrediction,
  classObjective,
  drawnParameters,
  givenParameters,
  INFERENCE,
  isAdapterParameter,
  type LowRankAdapters,
  type ModelOf,
  mergeAdapters,
  numberObjective,
  type Parameter,
  type Parameters,
  textModel,
} from "@modelwright/models";
import { scaleLogits } from "../scale-logits.ts";
import { withValueOutput } from "../target-scale.ts";

const WORDS = 40;
const MAX_LENGTH = 16;
/** A token for each word `w0`, `w1` …; their ids are their numbers. */
const TOKENIZER = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: null,
  decoder: null,
  model: {
    type: "WordLevel",
    unk_token: "w1",
    vocab: Object.fromEntries(Array.from({ length: WORDS }, (_, id) => [`w${id}`, id])),
  },
};

/** A model with adapters beside its weights, as training leaves it. */
export interface Trained {
  readonly model: ModelOf<"logits">;
  /** Of the base, the adapters and the head. */
  readonly parameters: Parameters;
  readonly adapters: LowRankAdapters;
  readonly outputs: number;
  readonly task?: "text-classification" | "text-regression";
  /** Factor on the logits, as calibration writes it into the graph. */
  readonly scale?: number;
  readonly base?: string;
}

/** The files of a version as a run stages them, the weights merged and what was added beside them, and what its manifest says of its task. */
export function adaptedVersion(trained: Trained): Pick<TinyVersion<TaskName>, "files" | "manifest"> {
  const { model, parameters, adapters, outputs, task = "text-classification", scale, base = "tiny" } = trained;
  const merged = mergeAdapters(parameters, adapters);
  const { graph } = buildPrediction(model, { source: givenParameters(merged, "merged"), build: INFERENCE });
  const isNumber = task === "text-regression";
  const bytes = encodeModel(isNumber ? withValueOutput(graph, { mean: 20, deviation: 3 }) : graph);
  const changes = adapterGraph(parameters, adapters);
  const files: Record<string, string | Uint8Array> = {
    "tokenizer.json": JSON.stringify(TOKENIZER),
    "onnx/model.onnx": scale === undefined ? bytes : scaleLogits(bytes, scale),
    ...(changes === undefined ? {} : { "onnx/adapter.onnx": encodeModel(changes) }),
  };
  const { rank, alpha, dora = false } = adapters;
  const manifest = {
    task,
    ...(isNumber ? { target: { column: "y", minimum: 0, maximum: 1, mean: 0 } } : { labels: labelsOf(outputs) }),
    signature: {
      input: "text",
      output: isNumber ? "number" : "label-probabilities",
      tensors: { inputs: [], outputs: [] },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: MAX_LENGTH, truncation: "end", padId: 0 },
    model: { base, fineTune: "lora", parameters: 1, adapter: { kind: dora ? "dora" : "lora", rank, alpha } },
  };
  return { files, manifest: manifest as TinyVersion<TaskName>["manifest"] };
}

/** Writes such a version into a folder, which is named as it is. */
export async function stageAdapted(folder: string, name: string, trained: Trained): Promise<BaseMember> {
  const directory = join(folder, name);
  const { files, manifest } = adaptedVersion(trained);
  await writeTinyFiles(directory, { files });
  const listed = Object.entries(files).map(([path, content]) => ({
    path,
    sha256: createHash("sha256").update(content).digest("hex"),
    sizeBytes: Buffer.byteLength(content),
  }));
  const described = describeTiny({ manifest }, { name, version: 1, runId: name });
  const parsed = parseManifest({ ...described, files: listed });
  if (!parsed.success) throw new Error(`${parsed.field}: ${parsed.problem}`);
  return { key: `${name}:1`, directory, manifest: parsed.document };
}

const labelsOf = (count: number) => Array.from({ length: count }, (_, i) => `label ${i}`);

/** A member on a base of its own draw: adapters of random numbers, a head of its own. */
export function drawnAdapted(
  seed: number,
  options: {
    readonly settings: AdapterSettings;
    readonly targets: LowRankAdapters["targets"];
    readonly outputs: number;
    readonly task?: "text-classification" | "text-regression";
    readonly scale?: number;
    readonly baseSeed?: number;
  },
): Trained {
  const { settings, targets, baseSeed = 0, ...head } = options;
  const architecture = bert({
    vocabularySize: WORDS,
    width: 16,
    layers: 2,
    heads: 2,
    innerWidth: 24,
    positions: MAX_LENGTH,
    pooling: "mean",
  });
  const objective = head.task === "text-regression" ? numberObjective() : classObjective({ classes: head.outputs });
  const model = textModel({ architecture, objective });
  const adapters = { ...settings, targets };
  const build = { ...INFERENCE, adapters };
  const base = buildPrediction(model, { source: drawnParameters(RandomSource.fromSeed(baseSeed)), build }).parameters;
  const random = RandomSource.fromSeed(seed);
  const parameters = [...base].map(([name, parameter]): [string, Parameter] => {
    if (!isAdapterParameter(name) && !name.startsWith("head.")) return [name, parameter];
    const data = parameter.tensor.data.map(() => random.normal() / 3);
    return [name, { ...parameter, tensor: { ...parameter.tensor, data } }];
  });
  return { model, adapters, parameters: new Map(parameters), ...head };
}

/** Every linear layer of the encoder. */
export const linear: LowRankAdapters["targets"] = (layer, kind) => kind === "linear" && layer.startsWith("encoder.");
/** Those that make queries. */
export const queries: LowRankAdapters["targets"] = (layer) => layer.endsWith(".query");
