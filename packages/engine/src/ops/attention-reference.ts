import type { ReferenceTensor } from "./operator.ts";
import { largest, sum, tabulate } from "./reference-kernels.ts";

/** What a position that comes later is lowered by: float32's least number. */
export const LOWEST = -3.4028234663852886e38;

/** `[batch, sequence, heads · width]`, plus a bias, as heads `[batch, heads, sequence, width]`. */
export function toHeads(
  x: ReferenceTensor,
  { heads, bias, offset = 0 }: { heads: number; bias?: ReferenceTensor | undefined; offset?: number },
): ReferenceTensor {
  const [batch, sequence, features] = x.shape as [number, number, number];
  const width = features / heads;
  return tabulate(x.dtype, [batch, heads, sequence, width], ([b, n, s, h]) => {
    const feature = n! * width + h!;
    return x.data[(b! * sequence + s!) * features + feature]! + (bias?.data[offset + feature] ?? 0);
  });
}

/** Features `[start, start + count)` of the last axis. */
export function lastAxisPart(x: ReferenceTensor, start: number, count: number): ReferenceTensor {
  const size = x.shape.at(-1)!;
  return tabulate(x.dtype, [...x.shape.slice(0, -1), count], (index, flat) => {
    return x.data[Math.floor(flat / count) * size + start + index.at(-1)!]!;
  });
}

/** Keys or values of earlier positions in front of new ones: heads `[batch, heads, past + sequence, width]`. */
export function withPast(past: ReferenceTensor | undefined, x: ReferenceTensor): ReferenceTensor {
  if (past === undefined) return x;
  const [batch, heads, sequence, width] = x.shape as [number, number, number, number];
  const before = past.shape[2]!;
  return tabulate(x.dtype, [batch, heads, before + sequence, width], ([b, n, t, h]) => {
    const [source, length, at] = t! < before ? [past, before, t!] : [x, sequence, t! - before];
    return source.data[((b! * heads + n!) * length + at) * width + h!]!;
  });
}

/** An index of a score: batch, head, query position, key position. */
type ScoreIndex = readonly [batch: number, head: number, query: number, key: number];

/**
 * What a mask adds to scores. 0 keeps nothing, more than 0 keeps, for `[batch, keys]` and `[batch, queries, keys]`; `[batch]` is the number of
 * keys kept, and `[2 · batch]` their ends followed by their starts.
 */
export function maskBias(
  mask: ReferenceTensor | undefined,
  { batch, filter }: { batch: number; filter: number },
): (index: ScoreIndex) => number {
  if (mask === undefined) return () => 0;
  const { data, shape } = mask;
  const isKept = ([b, , s, t]: ScoreIndex): boolean => {
    if (shape.length === 1) return t < data[b]! && (shape[0] !== 2 * batch || t >= data[batch + b]!);
    if (shape.length === 2) return data[b * shape[1]! + t]! > 0;
    return data[(b * shape[1]! + s) * shape[2]! + t]! > 0;
  };
  return (index) => (isKept(index) ? 0 : filter);
}

/** What a tensor `[batch or 1, heads or 1, queries, keys]` adds to scores. */
export function tensorBias(bias: ReferenceTensor | undefined): (index: ScoreIndex) => number {
  if (bias === undefined) return () => 0;
  const [batch, heads, queries, keys] = bias.shape as [number, number, number, number];
  return ([b, n, s, t]) => bias.data[(((b % batch) * heads + (n % heads)) * queries + s) * keys + t]!;
}

export interface AttentionOptions {
  /** Factor of the products; 0: 1/√(width of a head). */
  readonly scale: number;
  /** Added to a score after scaling. */
  readonly bias: (index: ScoreIndex) => number;
  /** Applied to a scaled score before the bias. */
  readonly cap?: (score: number) => number;
  /** A score that takes part in the softmax and has no value, for each head. */
  readonly sink?: (head: number) => number;
}

/**
 * softmax(q·kᵀ·scale + bias)·v for each head; a group of query heads may share one of keys and values.
 *
 * @param q `[batch, heads, queries, width]`; k and v `[batch, heads / group, keys, width]`.
 * @returns `[batch, queries, heads · width of v]`.
 */
export function attend(
  [q, k, v]: readonly [ReferenceTensor, ReferenceTensor, ReferenceTensor],
  { scale, bias, cap = (score) => score, sink }: AttentionOptions,
): ReferenceTensor {
  const [batch, heads, queries, width] = q.shape as [number, number, number, number];
  const [, sources, keys, valueWidth] = v.shape as [number, number, number, number];
  const factor = scale === 0 ? 1 / Math.sqrt(width) : scale;
  const group = heads / sources;
  const weights = tabulate(q.dtype, [batch, heads, queries], () => 0);
  const rows = Array.from(weights.data, (_, row) => {
    const s = row % queries;
    const n = Math.floor(row / queries) % heads;
    const b = Math.floor(row / queries / heads);
    const source = b * sources + Math.floor(n / group);
    const scores = Array.from({ length: keys }, (_unused, t) => {
      let product = 0;
      for (let h = 0; h < width; h++) product += q.data[row * width + h]! * k.data[(source * keys + t) * width + h]!;
      return cap(product * factor) + bias([b, n, s, t]);
    });
    const extra = sink === undefined ? [] : [sink(n)];
    const max = largest([...scores, ...extra]);
    const exponentials = scores.map((score) => Math.exp(score - max));
    const total = sum(exponentials) + sum(extra.map((score) => Math.exp(score - max)));
    return Array.from({ length: valueWidth }, (_unused, h) =>
      sum(exponentials.map((e, t) => (e / total) * v.data[(source * keys + t) * valueWidth + h]!)),
    );
  });
  return tabulate(q.dtype, [batch, queries, heads * valueWidth], ([b, s, feature]) => {
    const n = Math.floor(feature! / valueWidth);
    return rows[(b! * heads + n) * queries + s!]![feature! % valueWidth]!;
  });
}
