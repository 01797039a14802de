import { DTYPES, type Value } from "@modelwright/engine";
import type { ActivationName } from "../layers/activation.ts";
import { type AttentionMask, attentionMask } from "../layers/attention-mask.ts";
import { dense, staticSize } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding, embeddingTable, positionEmbedding } from "../layers/embedding.ts";
import { feedForward } from "../layers/feed-forward.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { publishedActivation } from "../layers/published-activations.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { builtOnDemand, type EncodedTexts, type Encoder, type EncoderInputs } from "./encoder.ts";

export interface BertConfig {
  readonly vocabularySize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly innerWidth: number;
  /** The longest sequence; without `firstPosition` the rows of the position table. */
  readonly positions: number;
  /**
   * Row of the first token's position, as RoBERTa has it: one behind that of padding, which has a row of its own. Default: positions are
   * rows, padding included.
   */
  readonly firstPosition?: number;
  /** Width of the embeddings, where they are projected to `width`. Default `width`. */
  readonly embeddingWidth?: number;
  /** Rows of the token type table; 0: no such table. A single text has type 0 throughout. Default 0. */
  readonly tokenTypes?: number;
  /** `first`: the first position through a dense tanh, as BERT classifies; `mean`: the mean over tokens. Default `first`. */
  readonly pooling?: "first" | "mean";
  /** `pre` puts the norms inside the branches, and one behind the last layer: easier to train when deep. Default `post`. */
  readonly normPlacement?: "pre" | "post";
  /** The token that fills the places behind a shorter text. Default 0. */
  readonly padId?: number;
  /** Of the feed-forward layers. Default `gelu`. */
  readonly activation?: ActivationName;
  /** Added to variances. Default 1e-12. */
  readonly normEpsilon?: number;
  /**
   * Adds to the scores of every layer, by ids int64 `[batch, sequence]`: float32 that broadcasts to `[batch, heads, sequence, sequence]`.
   * Default: nothing.
   */
  readonly scoreBias?: (c: LayerContext, ids: Value) => Value;
}

const NORM_EPSILON = 1e-12;
const initializer = truncatedNormal(0.02);

/**
 * A BERT-shaped encoder of any size: learned positions, post-norm layers, exact GELU unless it says otherwise.
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
      hidden_act: publishedActivation(config.activation ?? "gelu"),
      layer_norm_eps: config.normEpsilon ?? NORM_EPSILON,
    },
    inputs: ["inputIds", "attentionMask", ...((config.tokenTypes ?? 0) > 0 ? (["tokenTypeIds"] as const) : [])],
    vocabularySize: config.vocabularySize,
    width: config.width,
    maskedHead: {
      embeddingWidth: config.embeddingWidth ?? config.width,
      activation: config.activation ?? "gelu",
      normEpsilon: normEpsilonOf(config),
    },
    maxLength: config.positions,
    padId: config.padId ?? 0,
    apply: (c, inputs) => applyBert(c, config, inputs),
  };
}

// B: texts in the batch, T: tokens, H: width, E: embeddingWidth.
/** Builds the encoder of `bert(config)`. */
export function applyBert(c: LayerContext, config: BertConfig, inputs: EncoderInputs): Required<EncodedTexts> {
  const { inputIds, tokenTypeIds } = inputs;
  const { mask, vectors } = c.scope("encoder", () => {
    const mask = attentionMask(c, inputs.attentionMask);
    const scoreBias = config.scoreBias?.(c, inputIds);
    const biased = scoreBias === undefined ? mask : { scoreBias: c.b.op("Add", [mask.scoreBias, scoreBias]) };
    return { mask, vectors: hiddenStates(c, config, { inputIds, mask: biased, tokenTypeIds }) }; // [B, T, H]
  });
  const pool = config.pooling === "mean" ? meanPooling : firstPooling;
  const pooled = builtOnDemand(c, () => c.scope("encoder", () => pool(c, vectors, mask))); // [B, H]
  return { vectors: () => vectors, pooled };
}

/** The table of word vectors of `bert(config)`, float32 `[vocabularySize, embeddingWidth]`: for an output layer that shares it. */
export function bertWordTable(c: LayerContext, config: BertConfig): Value {
  const { vocabularySize: rows, width, embeddingWidth = width } = config;
  const table = { name: "word", rows, width: embeddingWidth, initializer };
  return c.scope("encoder", () => c.scope("embeddings", () => embeddingTable(c, table)));
}

interface StateInputs {
  readonly inputIds: Value;
  readonly mask: Pick<AttentionMask, "scoreBias">;
  readonly tokenTypeIds?: Value | undefined;
}

function hiddenStates(c: LayerContext, config: BertConfig, { inputIds, mask, tokenTypeIds }: StateInputs): Value {
  let x = c.scope("embeddings", () => embeddings(c, config, inputIds, tokenTypeIds)); // [B, T, H]
  for (let layer = 0; layer < config.layers; layer++) {
    x = c.segment(`layer${layer}`, () => encoderLayer(c, config, x, mask)); // [B, T, H]
  }
  if (config.normPlacement !== "pre") return x;
  return layerNorm(c, x, { name: "norm", epsilon: normEpsilonOf(config) }); // [B, T, H]
}

function embeddings(c: LayerContext, config: BertConfig, inputIds: Value, tokenTypeIds?: Value): Value {
  const { b } = c;
  const { vocabularySize, tokenTypes = 0, embeddingWidth: width = config.width } = config;
  const words = embedding(c, inputIds, { name: "word", rows: vocabularySize, width, initializer }); // [B, T, E]
  let places = positionVectors(c, config, inputIds); // [T, E] or [B, T, E]
  if (tokenTypes > 0) {
    const types = tokenTypeIds ?? b.ints([0]);
    const type = embedding(c, types, { name: "token_type", rows: tokenTypes, width, initializer }); // [B, T, E] or [1, E]
    places = b.op("Add", [places, type]); // [B, T, E] or [T, E]
  }
  const sum = b.op("Add", [words, places]); // [B, T, E]
  const normed = dropout(c, layerNorm(c, sum, { name: "norm", epsilon: normEpsilonOf(config) }), "output"); // [B, T, E]
  if (width === config.width) return normed;
  return dense(c, normed, { name: "projection", width: config.width, initializer }); // [B, T, H]
}

function positionVectors(c: LayerContext, config: BertConfig, inputIds: Value): Value {
  const { positions, firstPosition, embeddingWidth: width = config.width } = config;
  if (firstPosition === undefined) {
    return positionEmbedding(c, inputIds, { name: "position", rows: positions, width, initializer }); // [T, E]
  }
  const rows = positionsBehindPadding(c, inputIds, { padId: config.padId ?? 0, firstPosition }); // [B, T]
  return embedding(c, rows, { name: "position", rows: positions + firstPosition, width, initializer }); // [B, T, E]
}

/** Counts the tokens of each row that are no padding from `firstPosition` on; padding has the place before: int64 `[batch, sequence]`. */
function positionsBehindPadding(
  c: LayerContext,
  inputIds: Value,
  { padId, firstPosition }: { readonly padId: number; readonly firstPosition: number },
): Value {
  const { b } = c;
  return c.scope("position", () => {
    const isPadding = b.op("Equal", [inputIds, b.scalar(padId, "int64")]); // [B, T]
    const isToken = b.op("Cast", [b.op("Not", [isPadding])], { to: DTYPES.int64.onnx }); // [B, T]
    const places = b.op("Mul", [b.op("CumSum", [isToken, b.scalar(1, "int64")]), isToken]); // [B, T]
    return b.op("Add", [places, b.scalar(firstPosition - 1, "int64")]); // [B, T]
  });
}

function normEpsilonOf({ normEpsilon = NORM_EPSILON }: BertConfig): number {
  return normEpsilon;
}

function encoderLayer(c: LayerContext, config: BertConfig, x: Value, mask: StateInputs["mask"]): Value {
  const { width, heads, innerWidth, normPlacement = "post", activation = "gelu" } = config;
  const attention = { name: "attention", heads, outputWidth: width, mask, dropWeights: true, initializer };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation, initializer };
  return transformerBlock(c, x, {
    placement: normPlacement,
    normalize: (y, name) => layerNorm(c, y, { name, epsilon: normEpsilonOf(config) }),
    attend: (y) => multiHeadAttention(c, y, attention),
    feedForward: (y) => feedForward(c, y, inner),
  });
}

/** The first position through a dense tanh. */
function firstPooling(c: LayerContext, x: Value): Value {
  const first = c.b.op("Gather", [x, c.b.scalar(0, "int64")], { axis: 1 }); // [B, H]
  return c.b.op("Tanh", [dense(c, first, { name: "pooler", width: staticSize(x, -1), initializer })]); // [B, H]
}
