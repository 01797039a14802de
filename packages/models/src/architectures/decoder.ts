import type { Value } from "@modelwright/engine";
import type { AttentionMask } from "../layers/attention-mask.ts";
import { cachedCausalMask, causalMask, segmentedCausalMask } from "../layers/causal-mask.ts";
import type { KeyValueCache, KeyValues } from "../layers/key-value-cache.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf, type TensorSpec } from "../model-definition.ts";

/** What a decoder reads: int64 `[batch, sequence]` each. */
export interface DecoderInputs {
  readonly inputIds: Value;
  /** Equal for positions of one text, where a row holds several. Default: a row is one text. */
  readonly segmentIds?: Value | undefined;
  /** Default: 0, 1, 2 … in each row. */
  readonly positionIds?: Value | undefined;
  /** What earlier runs saw of the same rows; it may be of length 0. Default: nothing, and no presents are given. */
  readonly past?: DecoderPast | undefined;
  /** How many last positions get logits, int64 scalar; 0 for all. Default: all. */
  readonly logitsToKeep?: Value | undefined;
}

/** What a decoder has seen of its rows before. */
export interface DecoderPast {
  /** 1 for a token, 0 for padding: int64 `[batch, past + sequence]`. */
  readonly attentionMask: Value;
  /** Of each layer: float32 `[batch, keyValueHeads, past, headWidth]`. */
  readonly layers: readonly KeyValues[];
}

/** What a decoder gives. */
export interface DecoderOutputs {
  /** Of the token that follows each position: float32 `[batch, sequence, vocabularySize]`, or of the positions that are kept. */
  readonly logits: Value;
  /** Of each layer, the past and the new positions; empty without a past. */
  readonly presents: readonly KeyValues[];
}

/** The sizes of what a decoder keeps of each position. */
export interface CacheShape {
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
}

/** A causal language model as a plain function on the graph, and the numbers that describe it. */
export interface Decoder {
  /** `model_type` in `config.json`. */
  readonly modelType: string;
  /** What transformers calls the class: `LlamaForCausalLM`. */
  readonly className: string;
  /** The rest of what `config.json` says about it, in Hugging Face's field names. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabularySize: number;
  /** Longest sequence that it reads, in tokens. */
  readonly maxLength: number;
  /** Keys and values of a position. */
  readonly cache: CacheShape;
  /** Builds the model. */
  decode(c: LayerContext, inputs: DecoderInputs): DecoderOutputs;
}

/** The mask of a decoder's attention, to be added to scores. */
export function decoderMask(
  c: LayerContext,
  { inputIds, segmentIds, past }: DecoderInputs,
): Pick<AttentionMask, "scoreBias"> {
  if (past !== undefined) return cachedCausalMask(c, { attentionMask: past.attentionMask, ids: inputIds });
  return segmentIds === undefined ? causalMask(c, inputIds) : segmentedCausalMask(c, segmentIds);
}

/** The cache of each layer of a decoder, and the presents that the layers leave there. */
export function decoderCaches({ past }: DecoderInputs): {
  of(layer: number): KeyValueCache | undefined;
  readonly presents: readonly KeyValues[];
} {
  const presents: KeyValues[] = [];
  return {
    of: (layer) =>
      past === undefined ? undefined : { past: past.layers[layer]!, keep: (present) => presents.push(present) },
    presents,
  };
}

/** The positions of `x` `[batch, sequence, width]` that get logits. */
export function keptPositions(c: LayerContext, x: Value, { logitsToKeep }: DecoderInputs): Value {
  if (logitsToKeep === undefined) return x;
  const { b } = c;
  // The slice from −0 on is everything.
  const start = b.op("Unsqueeze", [b.op("Neg", [logitsToKeep]), b.ints([0])]);
  return b.op("Slice", [x, start, b.ints([Number.MAX_SAFE_INTEGER]), b.ints([1])]);
}

/** Label of positions that predict nothing: padding, and the last of a text. */
export const IGNORED_LABEL = -100;

export interface CausalLanguageModelOptions {
  /** Default: the decoder's model type. */
  readonly name?: string;
  /** Whether rows hold several texts, as `packSequences` lays them out: adds the inputs `segment_ids` and `position_ids`. Default false. */
  readonly packed?: boolean;
}

/**
 * A decoder with its loss, ready for `trainModel`: `input_ids` to `logits`, and `labels`, the token that follows each position or −100.
 * The loss is the mean cross-entropy over the labels that count, in nats; its exponential is the perplexity.
 */
export function causalLanguageModel(decoder: Decoder, options: CausalLanguageModelOptions = {}): ModelOf<"logits"> {
  const { name = decoder.modelType, packed = false } = options;
  const ids: TensorSpec = { dtype: "int64", shape: ["batch", "sequence"] };
  return defineModel({
    name,
    inputs: { input_ids: ids, ...(packed ? { segment_ids: ids, position_ids: ids } : {}) } as Record<
      string,
      TensorSpec
    >,
    targets: { labels: ids },
    forward: (c, inputs) => {
      const { logits } = decoder.decode(c, {
        inputIds: inputs.input_ids!,
        segmentIds: inputs.segment_ids,
        positionIds: inputs.position_ids,
      });
      return { logits };
    },
    loss: (c, { outputs, targets }) =>
      crossEntropy(c, { logits: outputs.logits, labels: targets.labels, ignoredLabel: IGNORED_LABEL }),
  });
}
