import type { Value } from "@modelwright/engine";
import { dense } from "../layers/dense.ts";
import { embedding } from "../layers/embedding.ts";
import { gatedFeedForward } from "../layers/gated-feed-forward.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { rmsNorm } from "../layers/rms-norm.ts";
import { type RotaryTables, rotaryTables } from "../layers/rotary-embedding.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { normal } from "../parameters/initializers.ts";
import { type Decoder, type DecoderInputs, decoderMask } from "./decoder.ts";

export interface LlamaConfig {
  readonly vocabularySize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values. Default `heads`. */
  readonly keyValueHeads?: number;
  readonly innerWidth: number;
  /** The longest sequence. */
  readonly positions: number;
  /** Base of the rotary angles. Default 10,000. */
  readonly rotaryBase?: number;
}

const NORM_EPSILON = 1e-5;
const initializer = normal(0.02);

/**
 * A Llama-shaped decoder of any size, from scratch: root-mean-square norms, rotary positions, grouped-query attention, SwiGLU, no biases.
 *
 * @see Touvron et al. 2023, arXiv:2307.09288.
 */
export function llama(config: LlamaConfig): Decoder {
  return {
    modelType: "llama",
    config: {
      vocab_size: config.vocabularySize,
      hidden_size: config.width,
      num_hidden_layers: config.layers,
      num_attention_heads: config.heads,
      num_key_value_heads: config.keyValueHeads ?? config.heads,
      intermediate_size: config.innerWidth,
      max_position_embeddings: config.positions,
      rope_theta: config.rotaryBase ?? 10_000,
      rms_norm_eps: NORM_EPSILON,
      hidden_act: "silu",
      tie_word_embeddings: false,
    },
    vocabularySize: config.vocabularySize,
    maxLength: config.positions,
    decode: (c, inputs) => c.scope("decoder", () => decode(c, config, inputs)),
  };
}

// B: texts in the batch, T: tokens, H: width, V: vocabulary.
function decode(c: LayerContext, config: LlamaConfig, inputs: DecoderInputs): Value {
  const { width, heads, positions, vocabularySize } = config;
  const base = config.rotaryBase === undefined ? {} : { base: config.rotaryBase };
  const rotary = rotaryTables(c, { positions, headWidth: width / heads, positionIds: inputs.positionIds, ...base });
  const mask = decoderMask(c, inputs); // [T, T] or [B, 1, T, T]
  let x = embedding(c, inputs.inputIds, { name: "word", rows: vocabularySize, width, initializer }); // [B, T, H]
  for (let layer = 0; layer < config.layers; layer++) {
    x = c.segment(`layer${layer}`, () => decoderLayer(c, config, x, { rotary, mask })); // [B, T, H]
  }
  const y = rmsNorm(c, x, { name: "norm", epsilon: NORM_EPSILON }); // [B, T, H]
  return dense(c, y, { name: "logits", width: vocabularySize, hasBias: false, initializer }); // [B, T, V]
}

function decoderLayer(
  c: LayerContext,
  config: LlamaConfig,
  x: Value,
  position: { readonly rotary: RotaryTables; readonly mask: ReturnType<typeof decoderMask> },
): Value {
  const { width, heads, keyValueHeads = heads, innerWidth } = config;
  const attention = {
    name: "attention",
    heads,
    keyValueHeads,
    outputWidth: width,
    hasBias: false,
    initializer,
    ...position,
  };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, initializer };
  return transformerBlock(c, x, {
    placement: "pre",
    normalize: (y, name) => rmsNorm(c, y, { name, epsilon: NORM_EPSILON }),
    attend: (y) => multiHeadAttention(c, y, attention),
    feedForward: (y) => gatedFeedForward(c, y, inner),
  });
}
