import { ModelwrightError } from "@modelwright/contracts";
import { type Tensor, tensor } from "@modelwright/engine";
import type { Parameters } from "../parameters/parameter.ts";
import { turned } from "../pretrained/hugging-face/read-weights.ts";
import type { AdaptableLayers } from "./adapter-targets.ts";
import { ADAPTER_PARAMETERS, isAdapterParameter, type LowRankAdapters } from "./low-rank-adapters.ts";
import { liesAsOurs, ownScope, type PeftTask, publishedScope, taskType } from "./published-scopes.ts";

/** What of adapters is settled when they are saved. */
export type AdapterSettings = Omit<LowRankAdapters, "targets">;

/** An adapter in the form of PEFT's files: the object in `adapter_config.json`, and what `adapter_model.safetensors` holds. */
export interface PeftAdapter {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A model, as far as names and layouts of its parameters go. */
export interface NamedModel {
  /** `model_type` of the encoder, which decides how published models call its parts. */
  readonly modelType: string;
  readonly layers: AdaptableLayers;
}

/** What PEFT puts in front of every name. */
const PREFIX = "base_model.model.";

/** The scope of a head that the published model has not; PEFT passes its tensors over. */
const OWN_HEADS = "head.";

/** Our parameters of an adapter, by what PEFT calls them behind the layer. */
const PEFT_NAMES: Readonly<Record<string, string>> = {
  [ADAPTER_PARAMETERS.linear.a]: "lora_A.weight",
  [ADAPTER_PARAMETERS.linear.b]: "lora_B.weight",
  [ADAPTER_PARAMETERS.linear.magnitude]: "lora_magnitude_vector",
  [ADAPTER_PARAMETERS.embedding.a]: "lora_embedding_A",
  [ADAPTER_PARAMETERS.embedding.b]: "lora_embedding_B",
};
const OWN_NAMES = new Map(Object.entries(PEFT_NAMES).map(([ours, theirs]) => [theirs, ours]));

/**
 * Puts an adapter into the form of PEFT's files: names of the published model, matrices of linear layers as `[outputs, inputs]`.
 *
 * @param trained The adapters' parameters, and those of the modules that were trained as a whole.
 * @param options.base What the adapter belongs to, for `base_model_name_or_path`.
 * @param options.task What the encoder does. Default `SEQ_CLS`; a decoder writes on.
 */
export function peftAdapter(
  trained: Parameters,
  options: {
    readonly settings: AdapterSettings;
    readonly model: NamedModel;
    readonly base: string;
    readonly task?: PeftTask;
  },
): PeftAdapter {
  const { settings, model, base, task = "SEQ_CLS" } = options;
  const { rank, alpha, rsLora = false, dropout = 0, dora = false } = settings;
  const tensors = new Map<string, Tensor>();
  const targets = new Set<string>();
  const saved = new Set<string>();
  for (const [name, { tensor: value }] of trained) {
    const { scope, last } = partsOf(name);
    const published = publishedScope(model.modelType, scope, task);
    (isAdapterParameter(name) ? targets : saved).add(published);
    const theirs = `${PREFIX}${published}.${PEFT_NAMES[last] ?? last}`;
    tensors.set(theirs, isTurned(name, model) ? transposed(value) : value);
  }
  const config = {
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: liesAsOurs(model.modelType),
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: dropout,
    modules_to_save: [...saved].filter((scope) => !scope.startsWith(OWN_HEADS)).toSorted(),
    peft_type: "LORA",
    r: rank,
    target_modules: [...targets].toSorted(),
    task_type: taskType(model.modelType, task),
    use_dora: dora,
    use_rslora: rsLora,
  };
  return { config, tensors };
}

/** An adapter that was read: how it was trained, and its tensors under our names. */
export interface ReadAdapter {
  readonly settings: AdapterSettings;
  /** Layers that have an adapter. */
  readonly targets: ReadonlySet<string>;
  /** Of the adapters, and of modules that were trained as a whole. */
  readonly parameters: ReadonlyMap<string, Tensor>;
}

/** Fields of a configuration that change what an adapter computes in a way that we do not know, and the values that do not. */
const PLAIN: Readonly<Record<string, readonly unknown[]>> = {
  peft_type: ["LORA"],
  bias: ["none"],
  // How the weight beside which an adapter stands lies in PyTorch; the adapter's own lie alike.
  fan_in_fan_out: [false, true, null, undefined],
  init_lora_weights: [true, false, "gaussian", "eva", "orthogonal", null, undefined],
  use_qalora: [false, null, undefined],
  lora_bias: [false, null, undefined],
  layer_replication: [null, undefined],
};
const EMPTY = ["rank_pattern", "alpha_pattern", "trainable_token_indices", "target_parameters"];

/**
 * Reads an adapter from the form of PEFT's files.
 *
 * @param file Where it was read, for messages.
 * @throws {ModelwrightError} `MODEL_ADAPTER_UNFIT` for another kind of adapter, or one of another model.
 */
export function readPeftAdapter(
  { config, tensors }: PeftAdapter,
  { model, file }: { readonly model: NamedModel; readonly file: string },
): ReadAdapter {
  const settings = settingsOf(config, file);
  const parameters = new Map<string, Tensor>();
  const targets = new Set<string>();
  for (const [theirs, value] of tensors) {
    const name = ownName(theirs, model);
    const { scope } = partsOf(name);
    const isAdapter = isAdapterParameter(name);
    if (isAdapter && !model.layers.has(scope)) {
      unfit(file, "its layers are those of the model", `"${theirs}"`);
    }
    if (value.dtype !== "float32") unfit(file, "its tensors are float32", `"${theirs}" of ${value.dtype}`);
    if (isAdapter) targets.add(scope);
    parameters.set(name, isTurned(name, model) ? transposed(value) : value);
  }
  if (targets.size === 0) unfit(file, "it holds matrices of LoRA", `${tensors.size} other tensors`);
  return { settings, targets, parameters };
}

function settingsOf(config: PeftAdapter["config"], file: string): AdapterSettings {
  for (const [field, plain] of Object.entries(PLAIN)) {
    if (!plain.includes(config[field]))
      unfit(file, `${field} is ${JSON.stringify(plain[0])}`, JSON.stringify(config[field]));
  }
  for (const field of EMPTY) {
    const value = config[field] ?? {};
    if (Object.keys(value).length > 0) unfit(file, `${field} is empty`, JSON.stringify(value));
  }
  const number = (field: string, isLegal: (value: number) => boolean, rule: string) => {
    const value = config[field];
    return typeof value === "number" && isLegal(value)
      ? value
      : unfit(file, `${field} is ${rule}`, JSON.stringify(value));
  };
  return {
    rank: number("r", (value) => Number.isInteger(value) && value > 0, "a whole number above 0"),
    alpha: number("lora_alpha", (value) => value > 0, "a number above 0"),
    dropout: number("lora_dropout", (value) => value >= 0 && value < 1, "a number from 0 to below 1"),
    rsLora: config["use_rslora"] === true,
    dora: config["use_dora"] === true,
  };
}

function ownName(theirs: string, { modelType }: NamedModel): string {
  const name = theirs.startsWith(PREFIX) ? theirs.slice(PREFIX.length) : theirs;
  for (const [suffix, ours] of OWN_NAMES) {
    if (name.endsWith(`.${suffix}`)) return `${ownScope(modelType, name.slice(0, -suffix.length - 1))}.${ours}`;
  }
  const { scope, last } = partsOf(name);
  return `${ownScope(modelType, scope)}.${last}`;
}

function partsOf(name: string): { readonly scope: string; readonly last: string } {
  const dot = name.lastIndexOf(".");
  return { scope: name.slice(0, dot), last: name.slice(dot + 1) };
}

/** Whether PEFT and PyTorch keep a matrix the other way round: those of adapters and of linear layers. */
function isTurned(name: string, { layers, modelType }: NamedModel): boolean {
  const { scope, last } = partsOf(name);
  if (isAdapterParameter(name)) return last !== ADAPTER_PARAMETERS.linear.magnitude;
  return last === "weight" && layers.get(scope) === "linear" && !liesAsOurs(modelType);
}

function transposed({ shape, data }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  return tensor("float32", [columns, rows], turned(data as Float32Array, rows, columns));
}

function unfit(file: string, rule: string, got: string): never {
  throw new ModelwrightError("MODEL_ADAPTER_UNFIT", { file, rule, got });
}
