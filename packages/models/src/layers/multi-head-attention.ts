import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import type { AttentionMask } from "./attention-mask.ts";
import { dense, staticSize } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { appendToCache, type KeyValueCache } from "./key-value-cache.ts";
import type { LayerContext } from "./layer-context.ts";
import { type RotaryTables, rotaryEmbedding } from "./rotary-embedding.ts";

export interface MultiHeadAttentionOptions {
  /** Scope of its dense layers: `query`, `key` and `value`, or `qkv`; and `output`. */
  readonly name: string;
  readonly heads: number;
  readonly outputWidth: number;
  /** What is added to scores, broadcast to `[batch, heads, sequence, keys]`. Default: every position sees every other. */
  readonly mask?: Pick<AttentionMask, "scoreBias">;
  /** Heads of keys and values; each serves a group of query heads (Ainslie et al. 2023, arXiv:2305.13245). Default `heads`. */
  readonly keyValueHeads?: number;
  /** Turns queries and keys by their position. Default: does not. */
  readonly rotary?: RotaryTables;
  /** Width of a head. Default: that of `x` divided by `heads`. */
  readonly headWidth?: number;
  /** Normalises queries and keys head by head, `[batch, heads, sequence, headWidth]`: `query_norm`, `key_norm`. Default: does not. */
  readonly normalizeHeads?: (x: Value, name: string) => Value;
  /** What keys and values are made of: float32 `[batch, keys, width]`. Default: `x`, self-attention. */
  readonly memory?: Value;
  /** Keys and values of positions before these, which are seen too. Default: none. */
  readonly cache?: KeyValueCache | undefined;
  /** Factor on the products of queries and keys. Default: 1 / √`headWidth`. */
  readonly scale?: number;
  /** Of its dense layers. Default true. */
  readonly hasBias?: boolean;
  /** Of its last dense layer. Default `hasBias`. */
  readonly hasOutputBias?: boolean;
  /** One weight for query, key and value side by side, instead of three. Default false. */
  readonly fused?: boolean;
  /** Dropout of the attention weights. Default false. */
  readonly dropWeights?: boolean;
  readonly initializer?: Initializer;
  /** Of `query`. Default `initializer`. */
  readonly queryInitializer?: Initializer;
}

/**
 * Scaled dot-product attention in several heads (Vaswani et al. 2017, arXiv:1706.03762): of positions to each other, or to those of a memory,
 * which `fused` cannot have.
 *
 * @param x float32 `[batch, sequence, width]`; `heads` divides `width` where no `headWidth` is given.
 * @returns float32 `[batch, sequence, outputWidth]`.
 */
export function multiHeadAttention(c: LayerContext, x: Value, options: MultiHeadAttentionOptions): Value {
  const { name, heads, keyValueHeads = heads, outputWidth, mask, rotary, fused = false, dropWeights = false } = options;
  const { initializer, queryInitializer = initializer, hasBias, hasOutputBias = hasBias } = options;
  const { normalizeHeads, memory = x, cache } = options;
  const weightsOf = (bias: boolean | undefined, first = initializer) => ({
    ...(first === undefined ? {} : { initializer: first }),
    ...(bias === undefined ? {} : { hasBias: bias }),
  });
  const weights = weightsOf(hasBias);
  const { b } = c;
  const { headWidth: D = staticSize(x, -1) / heads } = options;
  const G = keyValueHeads;
  const H = heads * D;
  const inHeads = (value: Value, count: number) =>
    b.op("Transpose", [b.op("Reshape", [value, b.ints([0, 0, count, D])])], { perm: [0, 2, 1, 3] }); // [B, count, T, D]
  const placed = (value: Value, norm: string) => {
    const normed = normalizeHeads === undefined ? value : normalizeHeads(value, norm);
    return rotary === undefined ? normed : rotaryEmbedding(c, normed, rotary);
  };
  // Query heads that share keys and values follow each other, so they are rows of one product: [B, heads, T, ·] as [B, G, heads / G · T, ·].
  const grouped = (value: Value) => (G === heads ? value : b.op("Reshape", [value, b.ints([0, G, -1, D])]));
  return c.scope(name, () => {
    const [query, key, value] = fused
      ? b.multi(
          "Split",
          [dense(c, x, { name: "qkv", width: H + 2 * G * D, ...weights }), b.ints([H, G * D, G * D])],
          3,
          {
            axis: -1,
          },
        )
      : [
          dense(c, x, { name: "query", width: H, ...weightsOf(hasBias, queryInitializer) }),
          dense(c, memory, { name: "key", width: G * D, ...weights }),
          dense(c, memory, { name: "value", width: G * D, ...weights }),
        ];
    const scaled = { transB: 1, alpha: options.scale ?? 1 / Math.sqrt(D) };
    const queries = grouped(placed(inHeads(query!, heads), "query_norm")); // [B, G, heads / G · T, D]
    const added = { key: placed(inHeads(key!, G), "key_norm"), value: inHeads(value!, G) }; // [B, G, T, D]
    const seen = appendToCache(c, cache, added); // [B, G, S, D]
    const products = b.op("FusedMatMul", [queries, seen.key], scaled, "scores"); // [B, G, heads / G · T, S]
    const scores = G === heads ? products : b.op("Reshape", [products, b.ints([0, heads, -1, 0])]); // [B, heads, T, S]
    const masked = mask === undefined ? scores : b.op("Add", [scores, mask.scoreBias]); // [B, heads, T, S]
    const attention = b.op("Softmax", [masked], { axis: -1 }, "attention"); // [B, heads, T, S]
    const kept = dropWeights ? dropout(c, attention, "weights") : attention; // [B, heads, T, S]
    const rows = G === heads ? kept : b.op("Reshape", [kept, b.ints([0, G, -1, 0])]); // [B, G, heads / G · T, S]
    const sums = b.op("MatMul", [rows, seen.value]); // [B, G, heads / G · T, D]
    const context = G === heads ? sums : b.op("Reshape", [sums, b.ints([0, heads, -1, D])]); // [B, heads, T, D]
    const joined = b.op("Transpose", [context], { perm: [0, 2, 1, 3] }); // [B, T, heads, D]
    const merged = b.op("Reshape", [joined, b.ints([0, 0, H])]); // [B, T, H]
    return dense(c, merged, { name: "output", width: outputWidth, ...weightsOf(hasOutputBias) }); // [B, T, outputWidth]
  });
}
