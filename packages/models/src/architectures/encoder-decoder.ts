import type { Value } from "@modelwright/engine";
import type { KeyValues } from "../layers/key-value-cache.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf, type TensorSpec } from "../model-definition.ts";
import { type CacheShape, IGNORED_LABEL } from "./decoder.ts";

/** What its encoder reads: int64 `[batch, source]` each. */
export interface SourceInputs {
  readonly inputIds: Value;
  /** 1 for a token, 0 for padding. */
  readonly attentionMask: Value;
}

/** What a decoder attends to beside its own tokens. */
export interface Memory {
  /** What `encode` gave: float32 `[batch, source, width]`. */
  readonly vectors: Value;
  /** 1 for a token, 0 for padding: int64 `[batch, source]`. */
  readonly attentionMask: Value;
}

/** Keys and values of a layer of the decoder. */
export interface CrossKeyValues {
  /** Of the tokens that were written. */
  readonly decoder: KeyValues;
  /** Of the source: none of it, or all. */
  readonly encoder: KeyValues;
}

/** What its decoder reads. */
export interface TargetInputs {
  /** int64 `[batch, target]`: the start token, then those of the target. */
  readonly inputIds: Value;
  readonly memory: Memory;
  /** Of each layer, what earlier runs saw of the same rows. Default: nothing, and no presents are given. */
  readonly past?: readonly CrossKeyValues[] | undefined;
}

/** What its decoder gives. */
export interface TargetOutputs {
  /** Of the token that follows each position: float32 `[batch, target, vocabularySize]`. */
  readonly logits: Value;
  /** Of each layer, the past and the new positions; empty without a past. */
  readonly presents: readonly CrossKeyValues[];
}

/** A model that writes a text from another one, as plain functions on the graph, and the numbers that describe it. */
export interface EncoderDecoder {
  /** `model_type` in `config.json`. */
  readonly modelType: string;
  /** What transformers calls the class: `T5ForConditionalGeneration`. */
  readonly className: string;
  /** The rest of what `config.json` says about it, in Hugging Face's field names. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabularySize: number;
  /** Of the vectors that the encoder gives. */
  readonly width: number;
  /** Longest source and target that it reads, in tokens; infinite where distances alone count. */
  readonly maxLength: number;
  /** Stands before every target. */
  readonly startId: number;
  readonly padId: number;
  /** Keys and values of a position of the decoder. */
  readonly cache: CacheShape;
  /** @returns float32 `[batch, source, width]`. */
  encode(c: LayerContext, inputs: SourceInputs): Value;
  decode(c: LayerContext, inputs: TargetInputs): TargetOutputs;
}

/**
 * An encoder and its decoder with their loss, ready for `trainModel`: `input_ids`, `attention_mask` and `decoder_input_ids` to `logits`;
 * `labels`, the token that follows each position of the decoder or −100. The loss is the mean cross-entropy over the labels that count.
 */
export function sequenceToSequenceModel(model: EncoderDecoder): ModelOf<"logits"> {
  const source: TensorSpec = { dtype: "int64", shape: ["batch", "source"] };
  const target: TensorSpec = { dtype: "int64", shape: ["batch", "target"] };
  return defineModel({
    name: model.modelType,
    inputs: { input_ids: source, attention_mask: source, decoder_input_ids: target } as Record<string, TensorSpec>,
    targets: { labels: target },
    forward: (c, inputs) => {
      const attentionMask = inputs.attention_mask!;
      const vectors = model.encode(c, { inputIds: inputs.input_ids!, attentionMask });
      const { logits } = model.decode(c, { inputIds: inputs.decoder_input_ids!, memory: { vectors, attentionMask } });
      return { logits };
    },
    loss: (c, { outputs, targets }) =>
      crossEntropy(c, { logits: outputs.logits, labels: targets.labels, ignoredLabel: IGNORED_LABEL }),
  });
}
