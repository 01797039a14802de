import type { Value } from "@modelwright/engine";
import type { ActivationName } from "../layers/activation.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding, embeddingTable, positionEmbedding } from "../layers/embedding.ts";
import { feedForward } from "../layers/feed-forward.ts";
import type { KeyValueCache } from "../layers/key-value-cache.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { publishedActivation } from "../layers/published-activations.ts";
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

export interface Gpt2Config {
  readonly vocabularySize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Default 4 · `width`. */
  readonly innerWidth?: number;
  /** Rows of the position table; the longest sequence. */
  readonly positions: number;
  /** Of the feed-forward layers. Default `geluTanh`. */
  readonly activation?: ActivationName;
  /** Added to variances. Default 1e-5. */
  readonly normEpsilon?: number;
  /** Whether the output layer is the table of the embedding. Default true. */
  readonly tied?: boolean;
}

const LAYER_NORM_EPSILON = 1e-5;
const initializer = normal(0.02);

/**
 * A GPT-2-shaped decoder of any size: learned positions, pre-norm blocks, GELU by tanh, the embedding
 * shared with the output unless the configuration says otherwise.
 *
 * @see Radford et al. 2019, "Language Models are Unsupervised Multitask Learners".
 */
export function gpt2(config: Gpt2Config): Decoder {
  return {
    modelType: "gpt2",
    className: "GPT2LMHeadModel",
    config: {
      vocab_size: config.vocabularySize,
      n_embd: config.width,
      n_layer: config.layers,
      n_head: config.heads,
      n_inner: config.innerWidth ?? 4 * config.width,
      n_positions: config.positions,
      activation_function: publishedActivation(config.activation ?? "geluTanh"),
      layer_norm_epsilon: config.normEpsilon ?? LAYER_NORM_EPSILON,
      tie_word_embeddings: config.tied ?? true,
    },
    vocabularySize: config.vocabularySize,
    maxLength: config.positions,
    cache: { layers: config.layers, keyValueHeads: config.heads, headWidth: config.width / config.heads },
    decode: (c, inputs) => c.scope("decoder", () => decode(c, config, inputs)),
  };
}

// B: texts in the batch, T: tokens, S: tokens with those of the past, H: width, V: vocabulary.
function decode(c: LayerContext, config: Gpt2Config, inputs: DecoderInputs): DecoderOutputs {
  const { b } = c;
  const { inputIds, positionIds } = inputs;
  const words = { name: "word", rows: config.vocabularySize, width: config.width, initializer };
  const places = { name: "position", rows: config.positions, width: config.width, initializer };
  const positions = positionIds
    ? embedding(c, positionIds, places) // [B, T, H]
    : positionEmbedding(c, inputIds, places); // [T, H]
  let x = dropout(c, b.op("Add", [embedding(c, inputIds, words), positions]), "embedding"); // [B, T, H]
  const mask = decoderMask(c, inputs); // [T, T], [B, 1, T, T] or [B, 1, T, S]
  const caches = decoderCaches(inputs);
  for (let layer = 0; layer < config.layers; layer++) {
    const attended = { mask, cache: caches.of(layer) };
    x = c.segment(`layer${layer}`, () => decoderLayer(c, config, x, attended)); // [B, T, H]
  }
  const { normEpsilon = LAYER_NORM_EPSILON, tied = true } = config;
  const y = layerNorm(c, keptPositions(c, x, inputs), { name: "norm", epsilon: normEpsilon }); // [B, T, H]
  const logits = tied
    ? b.op("FusedMatMul", [y, embeddingTable(c, words)], { transB: 1 }, "logits") // [B, T, V]
    : dense(c, y, { name: "logits", width: config.vocabularySize, hasBias: false, initializer }); // [B, T, V]
  return { logits, presents: caches.presents };
}

function decoderLayer(
  c: LayerContext,
  config: Gpt2Config,
  x: Value,
  attended: { readonly mask: ReturnType<typeof decoderMask>; readonly cache: KeyValueCache | undefined },
): Value {
  const { width, heads, innerWidth = 4 * width, activation = "geluTanh", normEpsilon = LAYER_NORM_EPSILON } = config;
  const shape = { heads, outputWidth: width, fused: true, dropWeights: true };
  const attention = { name: "attention", ...shape, ...attended, initializer };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation, initializer };
  return transformerBlock(c, x, {
    placement: "pre",
    normalize: (y, name) => layerNorm(c, y, { name, epsilon: normEpsilon }),
    attend: (y) => multiHeadAttention(c, y, attention),
    feedForward: (y) => feedForward(c, y, inner),
  });
}
