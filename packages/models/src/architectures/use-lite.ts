import type { Value } from "@modelwright/engine";
import { type AttentionMask, attentionMask } from "../layers/attention-mask.ts";
import { dense, staticSize } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { feedForward } from "../layers/feed-forward.ts";
import { l2Normalize } from "../layers/l2-normalize.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { sinusoidalTiming } from "../layers/sinusoidal-timing.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { builtOnDemand, type Encoder } from "./encoder.ts";

export interface UseLiteConfig {
  /** Rows of the embedding table. */
  readonly vocabularySize: number;
  /** Width of the token embeddings and of the first layer's attention. */
  readonly tokenWidth: number;
  /** Width between the layers and of the sentence embedding. */
  readonly width: number;
  readonly innerWidth: number;
  readonly heads: number;
  readonly layers: number;
  readonly maxLength: number;
}

const LAYER_NORM_EPSILON = 1e-6;
const L2_EPSILON = 1e-12;

/**
 * The Transformer of Universal Sentence Encoder lite: pre-norm layers of which the first widens its input, a masked mean, a dense tanh and
 * L2 normalisation.
 *
 * @see Cer et al. 2018, arXiv:1803.11175; details read from the graph of the published TensorFlow.js model.
 */
export function useLiteArchitecture(config: UseLiteConfig): Encoder {
  return {
    modelType: "use-lite",
    config: {
      vocab_size: config.vocabularySize,
      embedding_size: config.tokenWidth,
      hidden_size: config.width,
      intermediate_size: config.innerWidth,
      num_attention_heads: config.heads,
      num_hidden_layers: config.layers,
      max_position_embeddings: config.maxLength,
      hidden_act: "relu",
      layer_norm_eps: LAYER_NORM_EPSILON,
    },
    inputs: ["inputIds", "attentionMask"],
    vocabularySize: config.vocabularySize,
    width: config.width,
    maxLength: config.maxLength,
    padId: 0,
    apply: (c, inputs) => {
      const { mask, vectors } = c.scope("encoder", () => {
        const mask = attentionMask(c, inputs.attentionMask);
        return { mask, vectors: tokenVectors(c, config, inputs.inputIds, mask) };
      });
      const sentence = builtOnDemand(c, () => c.scope("encoder", () => pooled(c, vectors, mask)));
      return { vectors: () => vectors, pooled: sentence };
    },
  };
}

/** Universal Sentence Encoder lite as published: 7 M parameters; 8,000 tokens and two spare rows in the table. */
export const useLite: Encoder = useLiteArchitecture({
  vocabularySize: 8002,
  tokenWidth: 256,
  width: 512,
  innerWidth: 1536,
  heads: 4,
  layers: 2,
  maxLength: 128,
});

// B: texts in the batch, T: tokens, E: tokenWidth, H: width.
function tokenVectors(c: LayerContext, config: UseLiteConfig, inputIds: Value, mask: AttentionMask): Value {
  const { b } = c;
  const { vocabularySize: rows, tokenWidth, maxLength } = config;
  const initializer = truncatedNormal(tokenWidth ** -0.5);
  const tokens = embedding(c, inputIds, { name: "embeddings", rows, width: tokenWidth, initializer }); // [B, T, E]
  // The published graph adds the signal to the embeddings and the result to the embeddings once more.
  const doubled = b.op("Mul", [tokens, b.scalar(2)]); // [B, T, E]
  const timing = sinusoidalTiming(c, inputIds, { positions: maxLength, width: tokenWidth }); // [T, E]
  let x = dropout(c, b.op("Add", [doubled, timing]), "embeddings"); // [B, T, E]
  for (let layer = 0; layer < config.layers; layer++) {
    x = c.segment(`layer${layer}`, () => transformerLayer(c, config, x, mask)); // [B, T, H]
  }
  return x;
}

function pooled(c: LayerContext, vectors: Value, mask: AttentionMask): Value {
  const mean = meanPooling(c, vectors, mask); // [B, H]
  const hidden = c.b.op("Tanh", [dense(c, mean, { name: "dense", width: staticSize(vectors, -1) })]); // [B, H]
  return l2Normalize(c, hidden, { epsilon: L2_EPSILON }); // [B, H]
}

function transformerLayer(c: LayerContext, config: UseLiteConfig, x: Value, mask: AttentionMask): Value {
  const { b } = c;
  const { width, heads, innerWidth } = config;
  const normed = layerNorm(c, x, { name: "attention_norm", epsilon: LAYER_NORM_EPSILON }); // [B, T, E or H]
  const attended = multiHeadAttention(c, normed, { name: "attention", heads, outputWidth: width, mask, fused: true }); // [B, T, H]
  const residual = x.shape.at(-1) === width ? x : dense(c, x, { name: "residual", width }); // [B, T, H]
  const y = b.op("Add", [residual, dropout(c, attended, "attention")]); // [B, T, H]
  const fed = feedForward(c, layerNorm(c, y, { name: "feed_forward_norm", epsilon: LAYER_NORM_EPSILON }), {
    name: "feed_forward",
    innerWidth,
    outputWidth: width,
    activation: "relu",
  }); // [B, T, H]
  return b.op("Add", [y, dropout(c, fed, "feed_forward")]); // [B, T, H]
}
