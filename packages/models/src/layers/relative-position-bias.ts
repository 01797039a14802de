import { tensor, type Value } from "@modelwright/engine";
import { normal } from "../parameters/initializers.ts";
import type { LayerContext } from "./layer-context.ts";

export interface RelativePositionBiasOptions {
  /** Scope of its parameter `weight` `[buckets, heads]`. */
  readonly name: string;
  readonly heads: number;
  /** Kinds of distances that are told apart; even where both directions are. */
  readonly buckets: number;
  /** From this distance on all are alike. */
  readonly farthest: number;
  /** Whether keys behind the query have buckets of their own, as in encoders; otherwise they count as distance 0. */
  readonly isBidirectional: boolean;
  /** Standard deviation of the first values. */
  readonly deviation: number;
}

/**
 * A learned number for each head and distance between query and key, to be added to scores: near distances have one each, farther ones
 * share, in steps that grow with the logarithm.
 *
 * @param distance Query − key: int64 `[queries, keys]`, of any size.
 * @returns float32 `[1, heads, queries, keys]`.
 * @see Raffel et al. 2020, arXiv:1910.10683, section 2.1.
 */
export function relativePositionBias(c: LayerContext, distance: Value, options: RelativePositionBiasOptions): Value {
  const { name, heads, buckets, farthest, deviation } = options;
  const { b } = c;
  return c.scope(name, () => {
    const weight = c.parameter("weight", [buckets, heads], { initializer: normal(deviation), decay: true });
    // Buckets of every distance that differs, so that logarithms stay out of the graph.
    const size = 2 * farthest + 1;
    const table = c.fixed("buckets", () => {
      const values = BigInt64Array.from({ length: size }, (_, i) => BigInt(distanceBucket(i - farthest, options)));
      return tensor("int64", [size], values);
    });
    const near = b.op("Clip", [distance, b.scalar(-farthest, "int64"), b.scalar(farthest, "int64")]);
    const rows = b.op("Gather", [table, b.op("Add", [near, b.scalar(farthest, "int64")])], { axis: 0 }); // [Q, K]
    const biases = b.op("Gather", [weight, rows], { axis: 0 }); // [Q, K, heads]
    return b.op("Unsqueeze", [b.op("Transpose", [biases], { perm: [2, 0, 1] }), b.ints([0])]); // [1, heads, Q, K]
  });
}

/**
 * The bucket of a distance, query − key, in `[0, buckets)`.
 *
 * The logarithm is rounded to float32 at each step: published models were trained with the edges that come of it.
 */
export function distanceBucket(
  distance: number,
  { buckets, farthest, isBidirectional }: Pick<RelativePositionBiasOptions, "buckets" | "farthest" | "isBidirectional">,
): number {
  const own = isBidirectional ? buckets / 2 : buckets;
  const first = isBidirectional && distance < 0 ? own : 0;
  const far = isBidirectional ? Math.abs(distance) : Math.max(0, distance);
  const exact = Math.floor(own / 2);
  if (far < exact) return first + far;
  const { fround } = Math;
  const share = fround(fround(Math.log(fround(far / exact))) / fround(Math.log(farthest / exact)));
  return first + Math.min(own - 1, exact + Math.trunc(fround(share * (own - exact))));
}
