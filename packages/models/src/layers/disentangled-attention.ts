import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import type { AttentionMask } from "./attention-mask.ts";
import { dense, staticSize } from "./dense.ts";
import { dropout } from "./dropout.ts";
import type { LayerContext } from "./layer-context.ts";

/** Vectors of the distances between positions, and what of them scores see. */
export interface RelativePositions {
  /** float32 `[2 · span, width]`. */
  readonly vectors: Value;
  /** The row of `vectors` for each query and key: int64 `[sequence, sequence]`. */
  readonly rows: Value;
  readonly contentToPosition: boolean;
  readonly positionToContent: boolean;
  /** Whether the maps of queries and keys serve the distances too; otherwise `position_key` and `position_query` do. */
  readonly shared: boolean;
}

export interface DisentangledAttentionOptions {
  /** Scope of its dense layers. */
  readonly name: string;
  readonly heads: number;
  readonly mask: Pick<AttentionMask, "scoreBias">;
  readonly relative: RelativePositions | undefined;
  readonly initializer: Initializer;
}

// B: texts in the batch, A: heads, T: tokens, H: width, D: width of a head, S: distances.
/**
 * Self-attention whose scores are the sum of content against content, content against distance, and distance against content.
 *
 * @param x float32 `[batch, sequence, width]`, the shape of the result too.
 * @see He et al. 2021, arXiv:2006.03654, section 3.1.
 */
export function disentangledAttention(c: LayerContext, x: Value, options: DisentangledAttentionOptions): Value {
  const { name, heads, mask, relative, initializer } = options;
  const { b } = c;
  const H = staticSize(x, -1);
  const D = H / heads;
  const projected = (value: Value, part: string) => dense(c, value, { name: part, width: H, initializer });
  const inHeads = (value: Value) =>
    b.op("Transpose", [b.op("Reshape", [value, b.ints([0, 0, heads, D])])], { perm: [0, 2, 1, 3] }); // [B, A, T, D]
  const terms = 1 + Number(relative?.contentToPosition ?? false) + Number(relative?.positionToContent ?? false);
  const alpha = 1 / Math.sqrt(D * terms);
  const scored = (rows: Value, columns: Value, part: string) =>
    b.op("FusedMatMul", [rows, columns], { transB: 1, alpha }, part);
  return c.scope(name, () => {
    const [query, key, value] = ["query", "key", "value"].map((part) => inHeads(projected(x, part))); // [B, A, T, D]
    let scores = scored(query!, key!, "scores"); // [B, A, T, T]
    if (relative !== undefined) {
      const { contentToPosition, positionToContent, shared, rows } = relative;
      const vectors = dropout(c, b.op("Unsqueeze", [relative.vectors, b.ints([0])]), "distances"); // [1, S, H]
      const places = b.op("Expand", [rows, b.op("Shape", [scores])]); // [B, A, T, T]
      if (contentToPosition) {
        const distances = inHeads(projected(vectors, shared ? "key" : "position_key")); // [1, A, S, D]
        const all = scored(query!, distances, "content_to_position"); // [B, A, T, S]
        scores = b.op("Add", [scores, b.op("GatherElements", [all, places], { axis: -1 })]); // [B, A, T, T]
      }
      if (positionToContent) {
        const distances = inHeads(projected(vectors, shared ? "query" : "position_query")); // [1, A, S, D]
        const all = scored(distances, key!, "position_to_content"); // [B, A, S, T]
        scores = b.op("Add", [scores, b.op("GatherElements", [all, places], { axis: -2 })]); // [B, A, T, T]
      }
    }
    const masked = b.op("Add", [scores, mask.scoreBias]); // [B, A, T, T]
    const weights = dropout(c, b.op("Softmax", [masked], { axis: -1 }, "attention"), "weights"); // [B, A, T, T]
    const context = b.op("Transpose", [b.op("MatMul", [weights, value!])], { perm: [0, 2, 1, 3] }); // [B, T, A, D]
    return projected(b.op("Reshape", [context, b.ints([0, 0, H])]), "output"); // [B, T, H]
  });
}
