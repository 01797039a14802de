import type { Value } from "@modelwright/engine";
import type { ActivationName } from "../layers/activation.ts";
import { type AttentionMask, attentionMask } from "../layers/attention-mask.ts";
import { dense } from "../layers/dense.ts";
import { disentangledAttention, type RelativePositions } from "../layers/disentangled-attention.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding, embeddingTable, positionEmbedding } from "../layers/embedding.ts";
import { feedForward } from "../layers/feed-forward.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { publishedActivation } from "../layers/published-activations.ts";
import { distanceTable } from "../layers/relative-distance.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { builtOnDemand, type EncodedTexts, type Encoder, type EncoderInputs } from "./encoder.ts";

export interface DebertaConfig {
  readonly vocabularySize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly innerWidth: number;
  /** The longest sequence. */
  readonly positions: number;
  readonly padId: number;
  /** Width of the embeddings, where they are projected to `width`. Default `width`. */
  readonly embeddingWidth?: number;
  /** Rows of the token type table; 0: no such table. Default 0. */
  readonly tokenTypes?: number;
  /** Whether words have their absolute positions added, too. Default false. */
  readonly absolutePositions?: boolean;
  /** What of relative positions scores see; absent: nothing. */
  readonly relative?: RelativeConfig;
  /** Default `gelu`. */
  readonly activation?: ActivationName;
  /** Added to variances. Default 1e-7. */
  readonly normEpsilon?: number;
}

export interface RelativeConfig extends Pick<RelativePositions, "contentToPosition" | "positionToContent" | "shared"> {
  /** Distances to either side that have vectors of their own. */
  readonly span: number;
  /** Distances up to half of it are told apart, those up to `maxDistance` by their logarithm. Default: all are told apart. */
  readonly buckets?: number;
  readonly maxDistance: number;
  /** Whether the vectors of distances are normed. */
  readonly normed: boolean;
}

const NORM_EPSILON = 1e-7;
const initializer = truncatedNormal(0.02);

/**
 * DeBERTa of the second and third version: post-norm layers whose scores see content and relative position apart. A text's vector is the
 * mean of its tokens'.
 *
 * @see He et al. 2021, arXiv:2006.03654; He, Gao & Chen 2021, arXiv:2111.09543.
 */
export function deberta(config: DebertaConfig): Encoder {
  return {
    modelType: "deberta-v2",
    className: "DebertaV2",
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
      normEpsilon: config.normEpsilon ?? NORM_EPSILON,
    },
    maxLength: config.positions,
    padId: config.padId,
    apply: (c, inputs) => applyDeberta(c, config, inputs),
  };
}

/**
 * The bucket of a distance: itself up to half of the buckets, beyond that by its logarithm, in float32 as the original computes it.
 *
 * @returns In (−buckets, buckets), odd as a function of the distance.
 */
export function logBucket(distance: number, buckets: number, maxDistance: number): number {
  const { fround } = Math;
  const middle = Math.floor(buckets / 2);
  const size = Math.abs(distance);
  if (size <= middle) return distance;
  const share = fround(fround(Math.log(fround(size / middle))) / fround(Math.log(fround((maxDistance - 1) / middle))));
  return Math.sign(distance) * (Math.ceil(fround(share * (middle - 1))) + middle);
}

// B: texts in the batch, T: tokens, H: width, E: embeddingWidth.
function applyDeberta(c: LayerContext, config: DebertaConfig, inputs: EncoderInputs): EncodedTexts {
  const { mask, vectors } = c.scope("encoder", () => {
    const mask = attentionMask(c, inputs.attentionMask);
    let x = c.scope("embeddings", () => embeddings(c, config, inputs)); // [B, T, H]
    const relative = config.relative && relativePositions(c, config, inputs.inputIds);
    for (let layer = 0; layer < config.layers; layer++) {
      x = c.segment(`layer${layer}`, () => encoderLayer(c, config, x, { mask, relative })); // [B, T, H]
    }
    return { mask, vectors: x };
  });
  const pooled = builtOnDemand(c, () => c.scope("encoder", () => meanPooling(c, vectors, mask))); // [B, H]
  return { vectors: () => vectors, pooled };
}

function embeddings(c: LayerContext, config: DebertaConfig, { inputIds, tokenTypeIds }: EncoderInputs): Value {
  const { b } = c;
  const { vocabularySize, positions, tokenTypes = 0, embeddingWidth: width = config.width } = config;
  let x = embedding(c, inputIds, { name: "word", rows: vocabularySize, width, initializer }); // [B, T, E]
  if (config.absolutePositions) {
    const places = positionEmbedding(c, inputIds, { name: "position", rows: positions, width, initializer }); // [T, E]
    x = b.op("Add", [x, places]); // [B, T, E]
  }
  if (tokenTypes > 0) {
    const types = tokenTypeIds ?? b.ints([0]);
    x = b.op("Add", [x, embedding(c, types, { name: "token_type", rows: tokenTypes, width, initializer })]); // [B, T, E]
  }
  if (width !== config.width) {
    x = dense(c, x, { name: "projection", width: config.width, hasBias: false, initializer }); // [B, T, H]
  }
  return dropout(c, normOf(c, config, x, "norm"), "output"); // [B, T, H]
}

/** The vectors of distances, and which of them belongs to which pair of positions: the same in all layers. */
function relativePositions(c: LayerContext, config: DebertaConfig, ids: Value): RelativePositions {
  const { span, buckets, maxDistance, normed, ...seen } = config.relative!;
  return c.scope("relative", () => {
    const table = embeddingTable(c, { name: "distance", rows: 2 * span, width: config.width, initializer }); // [2·span, H]
    const vectors = normed ? normOf(c, config, table, "norm") : table;
    const bucket = (distance: number) => (buckets === undefined ? distance : logBucket(distance, buckets, maxDistance));
    const rows = distanceTable(c, ids, {
      name: "rows",
      positions: config.positions,
      kindOf: (distance) => Math.min(Math.max(bucket(distance) + span, 0), 2 * span - 1),
    }); // [T, T]
    return { vectors, rows, ...seen };
  });
}

function encoderLayer(
  c: LayerContext,
  config: DebertaConfig,
  x: Value,
  { mask, relative }: { readonly mask: AttentionMask; readonly relative: RelativePositions | undefined },
): Value {
  const { width, heads, innerWidth, activation = "gelu" } = config;
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation, initializer };
  return transformerBlock(c, x, {
    placement: "post",
    normalize: (y, name) => normOf(c, config, y, name),
    attend: (y) => disentangledAttention(c, y, { name: "attention", heads, mask, relative, initializer }),
    feedForward: (y) => feedForward(c, y, inner),
  });
}

function normOf(c: LayerContext, { normEpsilon = NORM_EPSILON }: DebertaConfig, x: Value, name: string): Value {
  return layerNorm(c, x, { name, epsilon: normEpsilon });
}
