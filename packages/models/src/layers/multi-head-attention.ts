import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import type { AttentionMask } from "./attention-mask.ts";
import { dense, staticSize } from "./dense.ts";
import { dropout } from "./dropout.ts";
import type { LayerContext } from "./layer-context.ts";

export interface MultiHeadAttentionOptions {
  /** Scope of its dense layers: `query`, `key` and `value`, or `qkv`; and `output`. */
  readonly name: string;
  readonly heads: number;
  readonly outputWidth: number;
  readonly mask: AttentionMask;
  /** One weight `[width, 3 · width]` for query, key and value side by side, instead of three. Default false. */
  readonly fused?: boolean;
  /** Dropout of the attention weights. Default false. */
  readonly dropWeights?: boolean;
  readonly initializer?: Initializer;
}

/**
 * Scaled dot-product self-attention in several heads (Vaswani et al. 2017, arXiv:1706.03762).
 *
 * @param x float32 `[batch, sequence, width]`; `heads` divides `width`.
 * @returns float32 `[batch, sequence, outputWidth]`.
 */
export function multiHeadAttention(c: LayerContext, x: Value, options: MultiHeadAttentionOptions): Value {
  const { name, heads, outputWidth, mask, fused = false, dropWeights = false, ...weights } = options;
  const { b } = c;
  const H = staticSize(x, -1);
  const D = H / heads; // width of a head
  const inHeads = (value: Value) =>
    b.op("Transpose", [b.op("Reshape", [value, b.ints([0, 0, heads, D])])], { perm: [0, 2, 1, 3] });
  return c.scope(name, () => {
    const [query, key, value] = fused // each [B, T, H]
      ? b.multi("Split", [dense(c, x, { name: "qkv", width: 3 * H, ...weights }), b.ints([H, H, H])], 3, { axis: -1 })
      : ["query", "key", "value"].map((part) => dense(c, x, { name: part, width: H, ...weights }));
    const scaled = { transB: 1, alpha: 1 / Math.sqrt(D) };
    const scores = b.op("FusedMatMul", [inHeads(query!), inHeads(key!)], scaled, "scores"); // [B, heads, T, T]
    const masked = b.op("Add", [scores, mask.scoreBias]); // [B, heads, T, T]
    const attention = b.op("Softmax", [masked], { axis: -1 }, "attention"); // [B, heads, T, T]
    const kept = dropWeights ? dropout(c, attention, "weights") : attention; // [B, heads, T, T]
    const context = b.op("MatMul", [kept, inHeads(value!)]); // [B, heads, T, D]
    const joined = b.op("Transpose", [context], { perm: [0, 2, 1, 3] }); // [B, T, heads, D]
    const merged = b.op("Reshape", [joined, b.ints([0, 0, H])]); // [B, T, H]
    return dense(c, merged, { name: "output", width: outputWidth, ...weights }); // [B, T, outputWidth]
  });
}
