import type { Value } from "@modelwright/engine";
import { type ActivationName, activation as activate } from "../layers/activation.ts";
import { type AttentionMask, attentionMask, MASKED_SCORE } from "../layers/attention-mask.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding, embeddingTable } from "../layers/embedding.ts";
import { gatedFeedForward } from "../layers/gated-feed-forward.ts";
import type { KeyValueCache, KeyValues } from "../layers/key-value-cache.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { relativeDistance } from "../layers/relative-distance.ts";
import { relativePositionBias } from "../layers/relative-position-bias.ts";
import { rmsNorm } from "../layers/rms-norm.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { normal } from "../parameters/initializers.ts";
import type { CrossKeyValues, EncoderDecoder, SourceInputs, TargetInputs, TargetOutputs } from "./encoder-decoder.ts";

export interface T5Config {
  readonly vocabularySize: number;
  readonly width: number;
  /** Of the encoder. */
  readonly layers: number;
  /** Default `layers`. */
  readonly decoderLayers?: number;
  readonly heads: number;
  /** Width of a head. Default `width / heads`. */
  readonly headWidth?: number;
  readonly innerWidth: number;
  /** Of the feed-forward layers, or of their gates. Default `relu`. */
  readonly activation?: ActivationName;
  /** Whether feed-forward layers have gates, as since T5 1.1. Default false. */
  readonly isGated?: boolean;
  /** Kinds of distances that are told apart. Default 32. */
  readonly buckets?: number;
  /** From this distance on all are alike. Default 128. */
  readonly farthest?: number;
  /** Added to mean squares. Default 1e-6. */
  readonly normEpsilon?: number;
  /** Whether the output layer is the table of the embedding. Default true. */
  readonly tied?: boolean;
  /** Whether what goes into the output layer is divided by √`width`. Default `tied`. */
  readonly scalesOutput?: boolean;
  /** Stands before every target. Default `padId`. */
  readonly startId?: number;
  /** Default 0. */
  readonly padId?: number;
}

/**
 * T5 of any size: an encoder and a decoder with pre-norm blocks without biases, root-mean-square norms, and positions by a bias on scores
 * that all layers share; scores are not scaled. By its options T5 1.0, T5 1.1, Flan-T5 and mT5.
 *
 * @see Raffel et al. 2020, arXiv:1910.10683; Shazeer 2020, arXiv:2002.05202; Xue et al. 2021, arXiv:2010.11934.
 */
export function t5(config: T5Config): EncoderDecoder {
  const { activation = "relu", isGated = false, tied = true, padId = 0, startId = padId } = config;
  const { decoderLayers = config.layers } = config;
  const headWidth = headWidthOf(config);
  return {
    modelType: "t5",
    className: "T5ForConditionalGeneration",
    config: {
      vocab_size: config.vocabularySize,
      d_model: config.width,
      d_kv: headWidth,
      d_ff: config.innerWidth,
      num_layers: config.layers,
      num_decoder_layers: decoderLayers,
      num_heads: config.heads,
      relative_attention_num_buckets: config.buckets ?? BUCKETS,
      relative_attention_max_distance: config.farthest ?? FARTHEST,
      layer_norm_epsilon: config.normEpsilon ?? NORM_EPSILON,
      feed_forward_proj: `${isGated ? "gated-" : ""}${activation === "geluTanh" ? "gelu" : activation}`,
      is_encoder_decoder: true,
      tie_word_embeddings: config.scalesOutput ?? tied,
      pad_token_id: padId,
      decoder_start_token_id: startId,
    },
    vocabularySize: config.vocabularySize,
    width: config.width,
    maxLength: Number.POSITIVE_INFINITY,
    startId,
    padId,
    cache: { layers: decoderLayers, keyValueHeads: config.heads, headWidth },
    encode: (c, inputs) => encode(c, config, inputs),
    decode: (c, inputs) => decode(c, config, inputs),
  };
}

const BUCKETS = 32;
const FARTHEST = 128;
const NORM_EPSILON = 1e-6;

function headWidthOf({ headWidth, width, heads }: T5Config): number {
  return headWidth ?? width / heads;
}

/** The table that encoder, decoder and, if tied, the output layer share; its first values give logits of variance 1. */
function wordsOf({ vocabularySize, width, tied = true, scalesOutput = tied }: T5Config) {
  const deviation = tied && !scalesOutput ? width ** -0.5 : 1;
  return { name: "encoder.word", rows: vocabularySize, width, initializer: normal(deviation) };
}

// B: texts in the batch, S: tokens of the source, T: tokens of the target, P: those of the past, H: width, V: vocabulary.
function encode(c: LayerContext, config: T5Config, { inputIds, attentionMask: mask }: SourceInputs): Value {
  const { b } = c;
  const embedded = embedding(c, inputIds, wordsOf(config)); // [B, S, H]
  return c.scope("encoder", () => {
    const bias = positionBias(c, config, { distance: relativeDistance(c, inputIds), isBidirectional: true }); // [1, A, S, S]
    const scoreBias = b.op("Add", [bias, attentionMask(c, mask).scoreBias]); // [B, A, S, S]
    let x = dropout(c, embedded, "embedding");
    for (let layer = 0; layer < config.layers; layer++) {
      x = c.segment(`layer${layer}`, () => block(c, config, x, { mask: { scoreBias } })); // [B, S, H]
    }
    return normalized(c, config, x);
  });
}

function decode(c: LayerContext, config: T5Config, inputs: TargetInputs): TargetOutputs {
  const { b } = c;
  const { width, vocabularySize, tied = true, scalesOutput = tied } = config;
  const words = wordsOf(config);
  const embedded = embedding(c, inputs.inputIds, words); // [B, T, H]
  const { y, presents } = c.scope("decoder", () => decoded(c, config, { ...inputs, embedded }));
  const scale = scalesOutput ? width ** -0.5 : 1;
  if (tied) {
    const table = embeddingTable(c, words); // [V, H]
    return { logits: b.op("FusedMatMul", [y, table], { transB: 1, alpha: scale }, "logits"), presents }; // [B, T, V]
  }
  const scaled = scalesOutput ? b.op("Mul", [y, b.scalar(scale)]) : y; // [B, T, H]
  const output = { name: "decoder.logits", width: vocabularySize, hasBias: false, initializer: normal(width ** -0.5) };
  return { logits: dense(c, scaled, output), presents }; // [B, T, V]
}

function decoded(
  c: LayerContext,
  config: T5Config,
  { inputIds, embedded, memory, past }: TargetInputs & { readonly embedded: Value },
): { readonly y: Value; readonly presents: readonly CrossKeyValues[] } {
  const { b } = c;
  const distance = relativeDistance(c, inputIds, past?.[0]?.decoder.key); // [T, P + T]
  const bias = positionBias(c, config, { distance, isBidirectional: false }); // [1, A, T, P + T]
  const isLater = b.op("Less", [distance, b.scalar(0, "int64")]); // [T, P + T]
  const mask = { scoreBias: b.op("Where", [isLater, b.scalar(MASKED_SCORE), bias]) }; // [1, A, T, P + T]
  const source = { vectors: unread(c, memory.vectors, past), mask: attentionMask(c, memory.attentionMask) };
  const caches = crossCaches(past);
  let x = dropout(c, embedded, "embedding"); // [B, T, H]
  for (let layer = 0; layer < (config.decoderLayers ?? config.layers); layer++) {
    const sight = { mask, source, ...caches.of(layer) };
    x = c.segment(`layer${layer}`, () => block(c, config, x, sight)); // [B, T, H]
  }
  return { y: normalized(c, config, x), presents: caches.presents };
}

/** The positions of the source of which there are no keys and values yet: all, or none. */
function unread(c: LayerContext, vectors: Value, past: TargetInputs["past"]): Value {
  if (past === undefined) return vectors;
  const { b } = c;
  const known = b.op("Shape", [past[0]!.encoder.key], { start: 2, end: 3 });
  return b.op("Slice", [vectors, known, b.ints([Number.MAX_SAFE_INTEGER]), b.ints([1])]);
}

/** The caches of each layer of the decoder, and the presents that the layers leave there. */
function crossCaches(past: TargetInputs["past"]) {
  const kept = { decoder: [] as KeyValues[], encoder: [] as KeyValues[] };
  const cache = (layer: number, of: keyof CrossKeyValues): KeyValueCache | undefined =>
    past && { past: past[layer]![of], keep: (present) => kept[of].push(present) };
  return {
    of: (layer: number) => ({ cache: cache(layer, "decoder"), sourceCache: cache(layer, "encoder") }),
    get presents(): readonly CrossKeyValues[] {
      return kept.decoder.map((decoder, layer) => ({ decoder, encoder: kept.encoder[layer]! }));
    },
  };
}

/** What a layer sees: of a decoder the source too. */
interface Sight {
  readonly mask: Pick<AttentionMask, "scoreBias">;
  readonly cache?: KeyValueCache | undefined;
  readonly source?: { readonly vectors: Value; readonly mask: Pick<AttentionMask, "scoreBias"> };
  readonly sourceCache?: KeyValueCache | undefined;
}

function block(c: LayerContext, config: T5Config, x: Value, { mask, cache, source, sourceCache }: Sight): Value {
  const { width, heads, innerWidth, activation = "relu", isGated = false } = config;
  const epsilon = config.normEpsilon ?? NORM_EPSILON;
  const headWidth = headWidthOf(config);
  const attention = {
    heads,
    headWidth,
    outputWidth: width,
    scale: 1,
    hasBias: false,
    dropWeights: true,
    initializer: normal(width ** -0.5),
    // What scores are not divided by.
    queryInitializer: normal((width * headWidth) ** -0.5),
  };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation };
  return transformerBlock(c, x, {
    placement: "pre",
    normalize: (y, name) => rmsNorm(c, y, { name, epsilon }),
    attend: (y) => multiHeadAttention(c, y, { name: "attention", mask, cache, ...attention }),
    attendAcross:
      source &&
      ((y) => {
        const { vectors: memory, mask } = source;
        return multiHeadAttention(c, y, { name: "cross_attention", memory, mask, cache: sourceCache, ...attention });
      }),
    feedForward: (y) => (isGated ? gatedFeedForward(c, y, inner) : plainFeedForward(c, y, inner)),
  });
}

/** The feed-forward layer of T5 1.0. Its first map has a name that no gated layer has, so that a published name means one of both. */
function plainFeedForward(
  c: LayerContext,
  x: Value,
  {
    name,
    innerWidth,
    outputWidth,
    activation,
  }: Parameters<typeof gatedFeedForward>[2] & { activation: ActivationName },
): Value {
  return c.scope(name, () => {
    const hidden = dense(c, x, { name: "hidden", width: innerWidth, hasBias: false });
    return dense(c, activate(c, hidden, activation), { name: "output", width: outputWidth, hasBias: false });
  });
}

function positionBias(
  c: LayerContext,
  { width, heads, buckets = BUCKETS, farthest = FARTHEST }: T5Config,
  { distance, isBidirectional }: { readonly distance: Value; readonly isBidirectional: boolean },
): Value {
  const sizes = { heads, buckets, farthest, isBidirectional, deviation: width ** -0.5 };
  return relativePositionBias(c, distance, { name: "distances", ...sizes });
}

/** The norm behind all layers. */
function normalized(c: LayerContext, { normEpsilon: epsilon = NORM_EPSILON }: T5Config, x: Value): Value {
  return dropout(c, rmsNorm(c, x, { name: "norm", epsilon }), "output");
}
