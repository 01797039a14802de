import type { Value } from "@modelwright/engine";
import type { ActivationName } from "../layers/activation.ts";
import { windowedMask } from "../layers/causal-mask.ts";
import { dense } from "../layers/dense.ts";
import { embedding, embeddingTable } from "../layers/embedding.ts";
import { gatedFeedForward } from "../layers/gated-feed-forward.ts";
import type { KeyValueCache } from "../layers/key-value-cache.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { publishedActivation } from "../layers/published-activations.ts";
import { rmsNorm } from "../layers/rms-norm.ts";
import { type RotaryTables, rotaryTables } from "../layers/rotary-embedding.ts";
import { publishedScaling, type RotaryScaling } from "../layers/rotary-scaling.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { normal } from "../parameters/initializers.ts";
import {
  type Decoder,
  type DecoderInputs,
  type DecoderOutputs,
  decoderCaches,
  decoderMask,
  keptPositions,
} from "./decoder.ts";

export interface LlamaConfig {
  readonly vocabularySize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values. Default `heads`. */
  readonly keyValueHeads?: number;
  /** Width of a head, even. Default `width / heads`. */
  readonly headWidth?: number;
  readonly innerWidth: number;
  /** The longest sequence. */
  readonly positions: number;
  /** Base of the rotary angles. Default 10,000. */
  readonly rotaryBase?: number;
  /** Default: angles as the base gives them. */
  readonly rotaryScaling?: RotaryScaling | undefined;
  /** Positions that each layer sees, itself included; undefined: all before it. Default: all layers see all. */
  readonly windows?: readonly (number | undefined)[];
  /** Of the gates. Default `silu`. */
  readonly activation?: ActivationName;
  /** Added to mean squares. Default 1e-5. */
  readonly normEpsilon?: number;
  /** Which dense layers have biases: those of attention without its output, its output, the feed-forward ones. Default: none. */
  readonly hasBias?: {
    readonly attention?: boolean;
    readonly attentionOutput?: boolean;
    readonly feedForward?: boolean;
  };
  /** Whether queries and keys are normed head by head (Qwen3). Default false. */
  readonly hasHeadNorms?: boolean;
  /** Whether the output layer is the table of the embedding. Default false. */
  readonly tied?: boolean;
}

const NORM_EPSILON = 1e-5;
const initializer = normal(0.02);

/**
 * A decoder of any size with root-mean-square norms, rotary positions, grouped-query attention and SwiGLU: Llama, and by its options Mistral and
 * Qwen.
 *
 * @see Touvron et al. 2023, arXiv:2307.09288; Jiang et al. 2023, arXiv:2310.06825; Yang et al. 2024, arXiv:2412.15115; 2025, arXiv:2505.09388.
 */
export function llama(config: LlamaConfig): Decoder {
  return {
    modelType: "llama",
    className: "LlamaForCausalLM",
    config: {
      vocab_size: config.vocabularySize,
      hidden_size: config.width,
      num_hidden_layers: config.layers,
      num_attention_heads: config.heads,
      num_key_value_heads: config.keyValueHeads ?? config.heads,
      head_dim: headWidthOf(config),
      intermediate_size: config.innerWidth,
      max_position_embeddings: config.positions,
      rope_theta: config.rotaryBase ?? 10_000,
      ...(config.rotaryScaling === undefined ? {} : { rope_scaling: publishedScaling(config.rotaryScaling) }),
      rms_norm_eps: config.normEpsilon ?? NORM_EPSILON,
      hidden_act: publishedActivation(config.activation ?? "silu"),
      attention_bias: config.hasBias?.attention ?? false,
      mlp_bias: config.hasBias?.feedForward ?? false,
      tie_word_embeddings: config.tied ?? false,
    },
    vocabularySize: config.vocabularySize,
    maxLength: config.positions,
    cache: {
      layers: config.layers,
      keyValueHeads: config.keyValueHeads ?? config.heads,
      headWidth: headWidthOf(config),
    },
    decode: (c, inputs) => c.scope("decoder", () => decode(c, config, inputs)),
  };
}

function headWidthOf({ headWidth, width, heads }: LlamaConfig): number {
  return headWidth ?? width / heads;
}

// B: texts in the batch, T: tokens, S: tokens with those of the past, H: width, V: vocabulary.
function decode(c: LayerContext, config: LlamaConfig, inputs: DecoderInputs): DecoderOutputs {
  const { width, positions, vocabularySize, rotaryBase: base = 10_000, rotaryScaling: scaling, tied = false } = config;
  const { inputIds, positionIds } = inputs;
  const rotary = rotaryTables(c, { positions, headWidth: headWidthOf(config), base, scaling, positionIds });
  const masks = layerMasks(c, config, inputs);
  const caches = decoderCaches(inputs);
  const words = { name: "word", rows: vocabularySize, width, initializer };
  let x = embedding(c, inputIds, words); // [B, T, H]
  for (let layer = 0; layer < config.layers; layer++) {
    const attended = { rotary, mask: masks[layer]!, cache: caches.of(layer) };
    x = c.segment(`layer${layer}`, () => decoderLayer(c, config, x, attended)); // [B, T, H]
  }
  const y = rmsNorm(c, keptPositions(c, x, inputs), { name: "norm", epsilon: config.normEpsilon ?? NORM_EPSILON }); // [B, T, H]
  const logits = tied
    ? c.b.op("FusedMatMul", [y, embeddingTable(c, words)], { transB: 1 }, "logits") // [B, T, V]
    : dense(c, y, { name: "logits", width: vocabularySize, hasBias: false, initializer }); // [B, T, V]
  return { logits, presents: caches.presents };
}

/** The mask of each layer; layers that see equally far share one. */
function layerMasks(
  c: LayerContext,
  { layers, windows = [] }: LlamaConfig,
  inputs: DecoderInputs,
): readonly ReturnType<typeof decoderMask>[] {
  const full = decoderMask(c, inputs); // [T, T], [B, 1, T, T] or [B, 1, T, S]
  const masks = new Map<number | undefined, typeof full>([[undefined, full]]);
  return Array.from({ length: layers }, (_, layer) => {
    const window = windows[layer];
    const mask = masks.get(window) ?? windowedMask(c, full, { ids: inputs.inputIds, window: window! });
    masks.set(window, mask);
    return mask;
  });
}

function decoderLayer(
  c: LayerContext,
  config: LlamaConfig,
  x: Value,
  attended: {
    readonly rotary: RotaryTables;
    readonly mask: ReturnType<typeof decoderMask>;
    readonly cache: KeyValueCache | undefined;
  },
): Value {
  const { width, heads, keyValueHeads = heads, innerWidth, activation = "silu", hasBias = {} } = config;
  const epsilon = config.normEpsilon ?? NORM_EPSILON;
  const normalize = (y: Value, name: string) => rmsNorm(c, y, { name, epsilon });
  const attention = {
    name: "attention",
    heads,
    keyValueHeads,
    headWidth: headWidthOf(config),
    outputWidth: width,
    hasBias: hasBias.attention ?? false,
    hasOutputBias: hasBias.attentionOutput ?? false,
    initializer,
    ...(config.hasHeadNorms ? { normalizeHeads: normalize } : {}),
    ...attended,
  };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation, initializer };
  return transformerBlock(c, x, {
    placement: "pre",
    normalize,
    attend: (y) => multiHeadAttention(c, y, attention),
    feedForward: (y) => gatedFeedForward(c, y, { ...inner, hasBias: hasBias.feedForward ?? false }),
  });
}
