import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES, type DType, numericDType } from "../tensor/dtype.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { LOWEST } from "./attention-reference.ts";
import { shapePart, shapeVector } from "./shape-values.ts";

/** The least finite float16. */
const LOWEST_HALF = -65504;

/** `[batch, sequence, heads · width]` as heads `[batch, heads, sequence, width]`. */
export function splitHeads(b: Emitter, x: Value, heads: number): Value {
  const width = Number(x.shape[2]) / heads;
  return b.op("Transpose", [b.op("Reshape", [x, b.ints([0, 0, heads, width])])], { perm: [0, 2, 1, 3] });
}

/** Heads `[batch, heads, sequence, width]` side by side: `[batch, sequence, heads · width]`. */
function joinHeads(b: Emitter, x: Value): Value {
  const [, heads, , width] = x.shape;
  return b.op("Reshape", [
    b.op("Transpose", [x], { perm: [0, 2, 1, 3] }),
    b.ints([0, 0, Number(heads) * Number(width)]),
  ]);
}

/** The least number that a mask adds to scores of a dtype. */
function lowestOf(dtype: DType): number {
  return dtype === "float16" ? LOWEST_HALF : LOWEST;
}

/** Forbids later keys: `[queries, keys]`, 0 up to the diagonal and the least number of the scores' dtype beyond it. */
export function causalBias(b: Emitter, q: Value, k: Value): Value {
  return b.op("Trilu", [lowestScores(b, q, k), b.scalar(1, "int64")], { upper: 1 });
}

/** Forbids keys further back than `window` positions, in the same form. */
export function windowBias(b: Emitter, { q, k, window }: { q: Value; k: Value; window: number }): Value {
  return b.op("Trilu", [lowestScores(b, q, k), b.scalar(-window - 1, "int64")], { upper: 0 });
}

/** `[queries, keys]`. */
function lowestScores(b: Emitter, q: Value, k: Value): Value {
  const shape = shapeVector(b, [shapePart(b, q, 2, 3), shapePart(b, k, 2, 3)]);
  return b.op("ConstantOfShape", [shape], { value: tensorFrom(numericDType(q.dtype), [1], [lowestOf(q.dtype)]) });
}

/**
 * A mask as what is added to scores.
 *
 * @param mask int32 `[batch]`, the number of keys kept; `[batch, keys]` or `[batch, queries, keys]`, above 0 where a key is kept.
 * @returns `[batch, 1, 1 or queries, keys]`.
 */
export function maskScoreBias(b: Emitter, { mask, keys, filter }: { mask: Value; keys: Value; filter: number }): Value {
  const rank = mask.shape.length;
  const isKept = rank === 1 ? isBelow(b, mask, keys) : b.op("Greater", [mask, b.scalar(0, mask.dtype)]);
  const { dtype } = keys;
  const keep = b.op("Cast", [isKept], { to: DTYPES[dtype].onnx });
  const bias = b.op("Mul", [
    b.op("Sub", [b.scalar(1, dtype), keep]),
    b.scalar(Math.max(filter, lowestOf(dtype)), dtype),
  ]);
  return b.op("Unsqueeze", [bias, b.ints(rank === 3 ? [1] : [1, 2])]);
}

/** `[batch, keys]`: true for the first `counts` keys of each row. */
function isBelow(b: Emitter, counts: Value, keys: Value): Value {
  const length = b.op("Squeeze", [b.op("Shape", [keys], { start: 2, end: 3 })]);
  const positions = b.op("Range", [b.scalar(0, "int64"), length, b.scalar(1, "int64")]);
  // A Range has no known length; the Reshape gives it the keys' own.
  const typed = b.op("Reshape", [positions, shapeVector(b, [shapePart(b, keys, 2, 3)])]);
  const ends = b.op("Unsqueeze", [b.op("Cast", [counts], { to: DTYPES.int64.onnx }), b.ints([1])]);
  return b.op("Less", [typed, ends]);
}

export interface AttentionParts {
  /** `[batch, heads, queries, width]`. */
  readonly q: Value;
  /** `[batch, heads, keys, width]`. */
  readonly k: Value;
  readonly v: Value;
  /** Factor of the products; 0: 1/√(width of a head). */
  readonly scale: number;
  /** Bounds scores to ±softcap by tanh; 0: does not. */
  readonly softcap?: number;
  /** Added to scores, broadcast to `[batch, heads, queries, keys]`. */
  readonly biases: readonly (Value | undefined)[];
}

/** softmax(q·kᵀ·scale + biases)·v, heads joined: `[batch, queries, heads · width of v]`. */
export function attention(b: Emitter, { q, k, v, scale, softcap = 0, biases }: AttentionParts): Value {
  const alpha = scale === 0 ? 1 / Math.sqrt(Number(q.shape[3])) : scale;
  const raw = b.op("FusedMatMul", [q, k], { transB: 1, alpha: softcap === 0 ? alpha : alpha / softcap });
  const capped = softcap === 0 ? raw : b.op("Mul", [b.op("Tanh", [raw]), b.scalar(softcap, q.dtype)]);
  // Small biases are summed before they meet the scores, which are the largest tensor here.
  const given = biases.filter((bias) => bias !== undefined);
  const bias = given.length === 0 ? undefined : given.reduce((sum, term) => b.op("Add", [sum, term]));
  const scores = bias === undefined ? capped : b.op("Add", [capped, bias]);
  return joinHeads(b, b.op("MatMul", [b.op("Softmax", [scores], { axis: -1 }), v]));
}
