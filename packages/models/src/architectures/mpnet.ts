import type { Value } from "@modelwright/engine";
import { embeddingTable } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { distanceTable } from "../layers/relative-distance.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { type BertConfig, bert } from "./bert.ts";
import type { Encoder } from "./encoder.ts";

/** Rows of the position table before that of the first token, of which the second is padding's. */
const FIRST_POSITION = 2;
/** Kinds of distances, half of them to either side, and the distance from which on all are of one kind. */
const BUCKETS = 32;
const MAX_DISTANCE = 128;

/**
 * MPNet: BERT whose scores have a bias by relative position, the same in all layers.
 *
 * @see Song et al. 2020, arXiv:2004.09297.
 */
export function mpnet(config: Omit<BertConfig, "tokenTypes" | "firstPosition" | "scoreBias">): Encoder {
  const { heads, positions } = config;
  return bert({
    ...config,
    firstPosition: FIRST_POSITION,
    scoreBias: (c, ids) => relativeBias(c, ids, { heads, positions }),
  });
}

/** The learned bias of each head for each pair of positions: float32 `[heads, sequence, sequence]`. */
function relativeBias(
  c: LayerContext,
  ids: Value,
  { heads, positions }: { readonly heads: number; readonly positions: number },
): Value {
  const { b } = c;
  const initializer = truncatedNormal(0.02);
  const table = embeddingTable(c, { name: "relative_bias", rows: BUCKETS, width: heads, initializer }); // [32, A]
  const rows = distanceTable(c, ids, { name: "relative_bias", positions, kindOf: relativeBucket }); // [T, T]
  return b.op("Transpose", [b.op("Gather", [table, rows], { axis: 0 })], { perm: [2, 0, 1] });
}

/**
 * The kind of a distance: small ones are told apart, larger ones by their logarithm, in float32 as the original computes it.
 *
 * @param distance Query − key.
 */
export function relativeBucket(distance: number): number {
  const { fround } = Math;
  const half = BUCKETS / 2;
  const exact = half / 2;
  const side = distance < 0 ? half : 0;
  const size = Math.abs(distance);
  if (size < exact) return side + size;
  const share = fround(fround(Math.log(fround(size / exact))) / fround(Math.log(MAX_DISTANCE / exact)));
  return side + Math.min(exact + Math.trunc(fround(share * (half - exact))), half - 1);
}
