import type { Value } from "@modelwright/engine";
import { causalMask, segmentedCausalMask } from "../layers/causal-mask.ts";
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
  /** Builds the model: the logits of the token that follows each position, float32 `[batch, sequence, vocabularySize]`. */
  decode(c: LayerContext, inputs: DecoderInputs): Value;
}

/** The mask of a decoder's attention. */
export function decoderMask(c: LayerContext, { inputIds, segmentIds }: DecoderInputs): ReturnType<typeof causalMask> {
  return segmentIds === undefined ? causalMask(c, inputIds) : segmentedCausalMask(c, segmentIds);
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
    forward: (c, inputs) => ({
      logits: decoder.decode(c, {
        inputIds: inputs.input_ids!,
        segmentIds: inputs.segment_ids,
        positionIds: inputs.position_ids,
      }),
    }),
    loss: (c, { outputs, targets }) =>
      crossEntropy(c, { logits: outputs.logits, labels: targets.labels, ignoredLabel: IGNORED_LABEL }),
  });
}
