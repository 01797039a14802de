import type { Value } from "@modelwright/engine";
import { type AttentionMask, attentionMask } from "../layers/attention-mask.ts";
import { dense, staticSize } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding, embeddingTable, positionEmbedding } from "../layers/embedding.ts";
import { feedForward } from "../layers/feed-forward.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { builtOnDemand, type EncodedTexts, type Encoder, type EncoderInputs } from "./encoder.ts";

export interface BertConfig {
  readonly vocabularySize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly innerWidth: number;
  /** Rows of the position table; the longest sequence. */
  readonly positions: number;
  /** Rows of the token type table; 0: no such table. A single text has type 0 throughout. Default 0. */
  readonly tokenTypes?: number;
  /** `first`: the first position through a dense tanh, as BERT classifies; `mean`: the mean over tokens. Default `first`. */
  readonly pooling?: "first" | "mean";
  /** `pre` puts the norms inside the branches, and one behind the last layer: easier to train when deep. Default `post`. */
  readonly normPlacement?: "pre" | "post";
  /** The token that fills the places behind a shorter text. Default 0. */
  readonly padId?: number;
}

const LAYER_NORM_EPSILON = 1e-12;
const initializer = truncatedNormal(0.02);

/**
 * A BERT-shaped encoder of any size, from scratch: learned positions, post-norm layers, exact GELU.
 *
 * @see Devlin et al. 2019, arXiv:1810.04805.
 */
export function bert(config: BertConfig): Encoder {
  return {
    modelType: "bert",
    config: {
      vocab_size: config.vocabularySize,
      hidden_size: config.width,
      num_hidden_layers: config.layers,
      num_attention_heads: config.heads,
      intermediate_size: config.innerWidth,
      max_position_embeddings: config.positions,
      type_vocab_size: config.tokenTypes ?? 0,
      hidden_act: "gelu",
      layer_norm_eps: LAYER_NORM_EPSILON,
    },
    inputs: ["inputIds", "attentionMask", ...((config.tokenTypes ?? 0) > 0 ? (["tokenTypeIds"] as const) : [])],
    vocabularySize: config.vocabularySize,
    width: config.width,
    maxLength: config.positions,
    padId: config.padId ?? 0,
    apply: (c, inputs) => applyBert(c, config, inputs),
  };
}

// B: texts in the batch, T: tokens, H: width.
/** Builds the encoder of `bert(config)`. */
export function applyBert(c: LayerContext, config: BertConfig, inputs: EncoderInputs): Required<EncodedTexts> {
  const { inputIds, tokenTypeIds } = inputs;
  const { mask, vectors } = c.scope("encoder", () => {
    const mask = attentionMask(c, inputs.attentionMask);
    return { mask, vectors: hiddenStates(c, config, { inputIds, mask, tokenTypeIds }) }; // [B, T, H]
  });
  const pool = config.pooling === "mean" ? meanPooling : firstPooling;
  const pooled = builtOnDemand(c, () => c.scope("encoder", () => pool(c, vectors, mask))); // [B, H]
  return { vectors: () => vectors, pooled };
}

/** The table of word vectors of `bert(config)`, float32 `[vocabularySize, width]`: for an output layer that shares it. */
export function bertWordTable(c: LayerContext, { vocabularySize, width }: BertConfig): Value {
  const table = { name: "word", rows: vocabularySize, width, initializer };
  return c.scope("encoder", () => c.scope("embeddings", () => embeddingTable(c, table)));
}

interface StateInputs {
  readonly inputIds: Value;
  readonly mask: AttentionMask;
  readonly tokenTypeIds?: Value | undefined;
}

function hiddenStates(c: LayerContext, config: BertConfig, { inputIds, mask, tokenTypeIds }: StateInputs): Value {
  let x = c.scope("embeddings", () => embeddings(c, config, inputIds, tokenTypeIds)); // [B, T, H]
  for (let layer = 0; layer < config.layers; layer++) {
    x = c.segment(`layer${layer}`, () => encoderLayer(c, config, x, mask)); // [B, T, H]
  }
  if (config.normPlacement !== "pre") return x;
  return layerNorm(c, x, { name: "norm", epsilon: LAYER_NORM_EPSILON }); // [B, T, H]
}

function embeddings(c: LayerContext, config: BertConfig, inputIds: Value, tokenTypeIds?: Value): Value {
  const { b } = c;
  const { width, vocabularySize, positions, tokenTypes = 0 } = config;
  const words = embedding(c, inputIds, { name: "word", rows: vocabularySize, width, initializer }); // [B, T, H]
  let places = positionEmbedding(c, inputIds, { name: "position", rows: positions, width, initializer }); // [T, H]
  if (tokenTypes > 0) {
    const types = tokenTypeIds ?? b.ints([0]);
    const type = embedding(c, types, { name: "token_type", rows: tokenTypes, width, initializer }); // [B, T, H] or [1, H]
    places = b.op("Add", [places, type]); // [B, T, H] or [T, H]
  }
  const sum = b.op("Add", [words, places]); // [B, T, H]
  return dropout(c, layerNorm(c, sum, { name: "norm", epsilon: LAYER_NORM_EPSILON }), "output"); // [B, T, H]
}

function encoderLayer(c: LayerContext, config: BertConfig, x: Value, mask: AttentionMask): Value {
  const { width, heads, innerWidth, normPlacement = "post" } = config;
  const attention = { name: "attention", heads, outputWidth: width, mask, dropWeights: true, initializer };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation: "gelu", initializer } as const;
  return transformerBlock(c, x, {
    placement: normPlacement,
    normalize: (y, name) => layerNorm(c, y, { name, epsilon: LAYER_NORM_EPSILON }),
    attend: (y) => multiHeadAttention(c, y, attention),
    feedForward: (y) => feedForward(c, y, inner),
  });
}

/** The first position through a dense tanh. */
function firstPooling(c: LayerContext, x: Value): Value {
  const first = c.b.op("Gather", [x, c.b.scalar(0, "int64")], { axis: 1 }); // [B, H]
  return c.b.op("Tanh", [dense(c, first, { name: "pooler", width: staticSize(x, -1), initializer })]); // [B, H]
}
