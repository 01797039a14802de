import { type FineTune, type FineTuneKind, fineTuneKind, ModelwrightError } from "@modelwright/contracts";
import type { Tensor } from "@modelwright/engine";
import {
  type AdaptableLayers,
  type AdapterSettings,
  type AdapterTargets,
  adaptableLayers,
  isAdapterParameter,
  type LowRankAdapters,
  type ModelDefinition,
  type NamedModel,
  namedScopes,
  type Parameters,
  type PeftAdapter,
  readPeftAdapter,
  targetedLayers,
} from "@modelwright/models";
import type { EncoderLayers } from "./encoder-layers.ts";

/** How adapters are made: their settings, and where they stand. */
export interface LoraOptions extends AdapterSettings {
  readonly targets: AdapterTargets;
  /** Further parts of the encoder that are trained as a whole, by ends of their scopes. */
  readonly modulesToSave: readonly string[];
}

/** An adapter to go on from, as PEFT's files have it. */
export interface SavedAdapter extends PeftAdapter {
  /** Where it was read, for messages. */
  readonly file: string;
}

/** What decides what is trained. */
export interface TrainedPartsFacts {
  /** `model_type` of the encoder. */
  readonly modelType: string;
  /** The encoder under its head. */
  readonly definition: ModelDefinition;
  readonly parameters: Parameters;
  readonly layers: EncoderLayers;
  /** Layers of the last N, where `fineTune` says so. */
  readonly last: number;
  /** A fresh adapter, or one to go on from. */
  readonly lora: LoraOptions | SavedAdapter | undefined;
}

/** What is trained of an encoder; all that is not the encoder's always is. */
export interface TrainedParts {
  /** Whether a parameter of the encoder is trained, or of its adapters. */
  readonly isTrained: (name: string) => boolean;
  readonly adapters?: LowRankAdapters;
  /** The layers of the whole model that can have adapters, where there are some. */
  readonly adaptable?: AdaptableLayers;
  /** What training starts from beside the encoder's own weights. Absent: nothing. */
  readonly start?: ReadonlyMap<string, Tensor>;
}

/** Parameters of an encoder, or of a decoder, begin with one of these. */
const TRUNKS = ["encoder.", "decoder."];
/** The output layer of a decoder, which PEFT does not count among linear layers either. */
const OUTPUT = "decoder.logits";
const HEAD = "head.";

function isInTrunk(name: string): boolean {
  return TRUNKS.some((trunk) => name.startsWith(trunk));
}

/** What each way trains; `frozen` trains nothing of the encoder, and reads its vectors from memory. */
const PARTS: Readonly<Record<Exclude<FineTuneKind, "frozen">, (facts: TrainedPartsFacts) => TrainedParts>> = {
  full: () => ({ isTrained: () => true }),
  last: lastLayers,
  // Ben Zaken, Ravfogel & Goldberg 2022, "BitFit", arXiv:2106.10199.
  bitfit: biases,
  lora: adapters,
};

/**
 * Which parameters are trained.
 *
 * @throws {ModelwrightError} `MODEL_FINE_TUNE_UNFIT` for a way that the encoder does not have; `MODEL_LAYER_UNKNOWN` for names of layers that
 * it does not have.
 */
export function trainedParts(
  fineTune: Exclude<FineTune, "frozen">,
  facts: Omit<TrainedPartsFacts, "last">,
): TrainedParts {
  const { kind, layers: last = 0 } = fineTuneKind(fineTune);
  const parts = PARTS[kind as Exclude<FineTuneKind, "frozen">]({ ...facts, last });
  return { ...parts, isTrained: (name) => !isInTrunk(name) || parts.isTrained(name) };
}

function lastLayers({ layers, last }: TrainedPartsFacts): TrainedParts {
  const { count } = layers;
  if (count === 0) unfit(`last:${last}`, "the layers of the encoder cannot be told apart");
  if (count < last) unfit(`last:${last}`, `the encoder has ${count} layers`, `Write last:${count} or fewer.`);
  return { isTrained: (name) => layers.depthOf(name) < last };
}

function biases({ parameters }: TrainedPartsFacts): TrainedParts {
  const isTrained = (name: string) => name.endsWith(".bias");
  if (![...parameters.keys()].some(isTrained)) unfit("bitfit", "the encoder has no biases");
  return { isTrained };
}

function adapters({ definition, parameters, modelType, lora }: TrainedPartsFacts): TrainedParts {
  if (lora === undefined) throw new Error("fineTune: lora without its options");
  const adaptable = adaptableLayers(definition, parameters);
  const parts =
    "tensors" in lora
      ? savedParts(lora, { modelType, layers: adaptable, parameters })
      : freshParts(lora, ofTrunk(adaptable), parameters);
  const { settings, targets, isWhole, start } = parts;
  if (targets.size === 0) unfit("lora", "the encoder has no linear layers that an adapter could stand beside");
  return {
    isTrained: (name) => isAdapterParameter(name) || isWhole(name),
    adapters: { ...settings, targets: (layer) => targets.has(layer) },
    adaptable,
    ...(start === undefined ? {} : { start }),
  };
}

interface AdapterParts {
  readonly settings: AdapterSettings;
  readonly targets: ReadonlySet<string>;
  /** Whether a parameter belongs to a part that is trained as a whole. */
  readonly isWhole: (name: string) => boolean;
  readonly start?: ReadonlyMap<string, Tensor>;
}

function ofTrunk(layers: AdaptableLayers): AdaptableLayers {
  return new Map([...layers].filter(([layer]) => isInTrunk(layer) && layer !== OUTPUT));
}

function savedParts(
  { file, ...adapter }: SavedAdapter,
  model: NamedModel & { readonly parameters: Parameters },
): AdapterParts {
  const { settings, targets, parameters } = readPeftAdapter(adapter, { model, file });
  const isKnown = (name: string) => isAdapterParameter(name) || model.parameters.has(name) || name.startsWith(HEAD);
  const stranger = [...parameters.keys()].find((name) => !isKnown(name));
  if (stranger !== undefined) {
    throw new ModelwrightError("MODEL_ADAPTER_UNFIT", {
      file,
      rule: "its parts are those of the encoder",
      got: `"${stranger}"`,
    });
  }
  return { settings, targets, isWhole: (name) => parameters.has(name), start: parameters };
}

function freshParts(lora: LoraOptions, layers: AdaptableLayers, parameters: Parameters): AdapterParts {
  const { targets, modulesToSave, ...settings } = lora;
  const scopes = [...new Set([...parameters.keys()].flatMap(scopesOf))];
  const whole = namedScopes(modulesToSave, { scopes, option: "model.lora.modulesToSave" });
  const isWhole = (name: string) => scopesOf(name).some((scope) => whole.has(scope));
  const named = targetedLayers(targets, { layers, option: "model.lora.targets" });
  return { settings, targets: new Set([...named].filter((layer) => !isWhole(`${layer}.weight`))), isWhole };
}

/** The scopes in which a parameter lies: of `encoder.layer0.norm.bias` these are `encoder`, `encoder.layer0` and `encoder.layer0.norm`. */
function scopesOf(name: string): string[] {
  const words = name.split(".");
  return words.slice(1).map((_, i) => words.slice(0, i + 1).join("."));
}

function unfit(fineTune: string, problem: string, instead?: string): never {
  const details = { fineTune, problem, ...(instead === undefined ? {} : { instead }) };
  throw new ModelwrightError("MODEL_FINE_TUNE_UNFIT", details);
}
