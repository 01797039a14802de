import { tensorFrom, type Value } from "@modelwright/engine";
import { type AttentionMask, MASKED_SCORE } from "./attention-mask.ts";
import type { LayerContext } from "./layer-context.ts";
import { relativeDistance } from "./relative-distance.ts";

/**
 * Lets each position see itself and those before it; made when the graph runs, for whatever length the ids have.
 *
 * @param ids int64 `[batch, sequence]`, of which only the length counts.
 * @returns 0 where a position is seen, −1e9 where it comes later: float32 `[sequence, sequence]`.
 */
export function causalMask(c: LayerContext, ids: Value): Pick<AttentionMask, "scoreBias"> {
  const { b } = c;
  return c.scope("causal_mask", () => {
    const length = b.op("Shape", [ids], { start: 1, end: 2 });
    const square = b.op("Concat", [length, length], { axis: 0 });
    const masked = b.op("ConstantOfShape", [square], { value: tensorFrom("float32", [1], [MASKED_SCORE]) }); // [T, T]
    return { scoreBias: b.op("Trilu", [masked, b.scalar(1, "int64")], { upper: 1 }) };
  });
}

/**
 * The causal mask of rows that hold several texts: a position sees those before it in its own text only.
 *
 * @param segments int64 `[batch, sequence]`: equal for positions of one text, as `packSequences` numbers them.
 * @returns float32 `[batch, 1, sequence, sequence]`.
 */
export function segmentedCausalMask(c: LayerContext, segments: Value): Pick<AttentionMask, "scoreBias"> {
  const { b } = c;
  const causal = causalMask(c, segments).scoreBias; // [T, T]
  return c.scope("segment_mask", () => {
    const own = b.op("Equal", [b.op("Unsqueeze", [segments, b.ints([2])]), b.op("Unsqueeze", [segments, b.ints([1])])]); // [B, T, T]
    const seen = b.op("Where", [own, causal, b.scalar(MASKED_SCORE)]); // [B, T, T]
    return { scoreBias: b.op("Unsqueeze", [seen, b.ints([1])]) };
  });
}

/**
 * A mask that also hides what lies too far back (Beltagy et al. 2020, arXiv:2004.05150).
 *
 * @param mask float32 `[sequence, sequence]` or `[batch, 1, sequence, sequence]`, the shape of the result too.
 * @param options.ids int64 `[batch, sequence]`, of which only the length counts.
 * @param options.window Positions that each sees: itself and `window` − 1 before it.
 */
export function windowedMask(
  c: LayerContext,
  { scoreBias }: Pick<AttentionMask, "scoreBias">,
  { ids, window }: { readonly ids: Value; readonly window: number },
): Pick<AttentionMask, "scoreBias"> {
  const { b } = c;
  return c.scope("window_mask", () => {
    const isSeen = b.op("Less", [relativeDistance(c, ids), b.scalar(window, "int64")]); // [T, T]
    return { scoreBias: b.op("Where", [isSeen, scoreBias, b.scalar(MASKED_SCORE)]) };
  });
}
