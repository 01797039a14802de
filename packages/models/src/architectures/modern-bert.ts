import type { Value } from "@modelwright/engine";
import type { ActivationName } from "../layers/activation.ts";
import { type AttentionMask, attentionMask, MASKED_SCORE } from "../layers/attention-mask.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { gatedFeedForward } from "../layers/gated-feed-forward.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { publishedActivation } from "../layers/published-activations.ts";
import { relativeDistance } from "../layers/relative-distance.ts";
import { type RotaryTables, rotaryTables } from "../layers/rotary-embedding.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { builtOnDemand, type EncodedTexts, type Encoder, type EncoderInputs } from "./encoder.ts";

/** How far the positions of a layer see: all of a text, or a window around each. */
export type AttentionSpan = "global" | "local";

export interface ModernBertConfig {
  readonly vocabularySize: number;
  readonly width: number;
  readonly heads: number;
  readonly innerWidth: number;
  /** The longest sequence. */
  readonly positions: number;
  /** How far each layer sees. */
  readonly spans: readonly AttentionSpan[];
  /** Positions to either side that a local layer sees. */
  readonly window: number;
  /** Base of the rotary angles. */
  readonly rotaryBase: Readonly<Record<AttentionSpan, number>>;
  readonly padId: number;
  /** Of the gates. Default `gelu`. */
  readonly activation?: ActivationName;
  /** Added to variances. Default 1e-5. */
  readonly normEpsilon?: number;
  /** Which layers have biases. Default: none. */
  readonly hasBias?: { readonly attention?: boolean; readonly feedForward?: boolean; readonly norm?: boolean };
}

const NORM_EPSILON = 1e-5;
const initializer = truncatedNormal(0.02);

/**
 * ModernBERT: pre-norm layers with rotary positions, of which most see a window only, gated feed-forward layers, and no biases. A text's
 * vector is the mean of its tokens'.
 *
 * @see Warner et al. 2024, arXiv:2412.13663.
 */
export function modernBert(config: ModernBertConfig): Encoder {
  return {
    modelType: "modernbert",
    className: "ModernBert",
    config: {
      vocab_size: config.vocabularySize,
      hidden_size: config.width,
      intermediate_size: config.innerWidth,
      num_hidden_layers: config.spans.length,
      num_attention_heads: config.heads,
      max_position_embeddings: config.positions,
      hidden_activation: publishedActivation(config.activation ?? "gelu"),
      norm_eps: config.normEpsilon ?? NORM_EPSILON,
    },
    inputs: ["inputIds", "attentionMask"],
    vocabularySize: config.vocabularySize,
    width: config.width,
    maskedHead: {
      embeddingWidth: config.width,
      activation: config.activation ?? "gelu",
      normEpsilon: config.normEpsilon ?? NORM_EPSILON,
      hasBias: false,
    },
    maxLength: config.positions,
    padId: config.padId,
    apply: (c, inputs) => applyModernBert(c, config, inputs),
  };
}

// B: texts in the batch, T: tokens, H: width.
function applyModernBert(c: LayerContext, config: ModernBertConfig, inputs: EncoderInputs): EncodedTexts {
  const { mask, vectors } = c.scope("encoder", () => {
    const mask = attentionMask(c, inputs.attentionMask);
    return { mask, vectors: hiddenStates(c, config, { inputIds: inputs.inputIds, mask }) }; // [B, T, H]
  });
  const pooled = builtOnDemand(c, () => c.scope("encoder", () => meanPooling(c, vectors, mask))); // [B, H]
  return { vectors: () => vectors, pooled };
}

/** What the layers of a span share. */
interface Span {
  readonly rotary: RotaryTables;
  readonly mask: Pick<AttentionMask, "scoreBias">;
}

function hiddenStates(
  c: LayerContext,
  config: ModernBertConfig,
  { inputIds, mask }: { readonly inputIds: Value; readonly mask: AttentionMask },
): Value {
  const { vocabularySize: rows, width } = config;
  let x = c.scope("embeddings", () => {
    const words = embedding(c, inputIds, { name: "word", rows, width, initializer }); // [B, T, H]
    return dropout(c, normOf(c, config, words, "norm"), "output"); // [B, T, H]
  });
  const masks = {
    global: () => mask.scoreBias, // [B, 1, 1, T]
    local: () => c.b.op("Add", [mask.scoreBias, windowBias(c, inputIds, config.window)]), // [B, 1, T, T]
  };
  const spans = new Map<AttentionSpan, Span>();
  for (const span of new Set(config.spans)) {
    const tables = { positions: config.positions, headWidth: width / config.heads, base: config.rotaryBase[span] };
    const rotary = c.scope(span, () => rotaryTables(c, tables));
    spans.set(span, { rotary, mask: { scoreBias: c.scope(span, masks[span]) } });
  }
  for (const [layer, span] of config.spans.entries()) {
    x = c.segment(`layer${layer}`, () => encoderLayer(c, config, x, { ...spans.get(span)!, isFirst: layer === 0 }));
  }
  return normOf(c, config, x, "norm"); // [B, T, H]
}

/** 0 where two positions are at most `window` apart, −1e9 where they are further: float32 `[sequence, sequence]`. */
function windowBias(c: LayerContext, ids: Value, window: number): Value {
  const { b } = c;
  const distance = b.op("Abs", [relativeDistance(c, ids)]); // [T, T]
  const isFar = b.op("Greater", [distance, b.scalar(window, "int64")]); // [T, T]
  return b.op("Where", [isFar, b.scalar(MASKED_SCORE), b.scalar(0)]);
}

function encoderLayer(
  c: LayerContext,
  config: ModernBertConfig,
  x: Value,
  { rotary, mask, isFirst }: Span & { readonly isFirst: boolean },
): Value {
  const { width, heads, innerWidth, activation = "gelu", hasBias = {} } = config;
  const attention = { name: "attention", heads, outputWidth: width, mask, rotary, fused: true, dropWeights: true };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation, fused: true, initializer };
  return transformerBlock(c, x, {
    placement: "pre",
    // The embeddings are normed already.
    normalize: (y, name) => (isFirst && name === "attention_norm" ? y : normOf(c, config, y, name)),
    attend: (y) => multiHeadAttention(c, y, { ...attention, hasBias: hasBias.attention ?? false, initializer }),
    feedForward: (y) => gatedFeedForward(c, y, { ...inner, hasBias: hasBias.feedForward ?? false }),
  });
}

function normOf(
  c: LayerContext,
  { normEpsilon = NORM_EPSILON, hasBias = {} }: ModernBertConfig,
  x: Value,
  name: string,
): Value {
  return layerNorm(c, x, { name, epsilon: normEpsilon, hasBias: hasBias.norm ?? false });
}
