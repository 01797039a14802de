import { tensorFrom, type Value } from "@modelwright/engine";
import { type AttentionMask, attentionMask, MASKED_SCORE } from "./attention-mask.ts";
import type { LayerContext } from "./layer-context.ts";

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
 * @param mask float32 `[sequence, sequence]`, or with those of the past `[batch, 1, sequence, past + sequence]`; the shape of the result too.
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
    const length = b.op("Shape", [ids], { start: 1, end: 2 });
    const total = b.op("Shape", [scoreBias], { start: -1 });
    const places = b.op("Range", [b.scalar(0, "int64"), b.op("Squeeze", [total]), b.scalar(1, "int64")]); // [S]
    const last = b.op("Slice", [places, b.op("Neg", [length]), total, b.ints([0])]); // [T]
    const distance = b.op("Sub", [b.op("Unsqueeze", [last, b.ints([1])]), places]); // [T, S]
    const isSeen = b.op("Less", [distance, b.scalar(window, "int64")]); // [T, S]
    return { scoreBias: b.op("Where", [isSeen, scoreBias, b.scalar(MASKED_SCORE)]) };
  });
}

/**
 * The causal mask of positions that follow others, whose keys and values are cached: each sees all that stands before it and is no padding.
 *
 * @param attentionMask int64 `[batch, past + sequence]`: 1 for a token, 0 for padding.
 * @param ids int64 `[batch, sequence]`, of which only the length counts.
 * @returns float32 `[batch, 1, sequence, past + sequence]`.
 */
export function cachedCausalMask(
  c: LayerContext,
  { attentionMask: mask, ids }: { readonly attentionMask: Value; readonly ids: Value },
): Pick<AttentionMask, "scoreBias"> {
  const { b } = c;
  const { scoreBias: padding } = attentionMask(c, mask); // [B, 1, 1, S]
  return c.scope("causal_mask", () => {
    const length = b.op("Shape", [ids], { start: 1, end: 2 });
    const total = b.op("Shape", [mask], { start: 1, end: 2 });
    const rectangle = b.op("Concat", [length, total], { axis: 0 });
    const masked = b.op("ConstantOfShape", [rectangle], { value: tensorFrom("float32", [1], [MASKED_SCORE]) }); // [T, S]
    const past = b.op("Sub", [total, length]);
    const first = b.op("Squeeze", [b.op("Add", [past, b.ints([1])]), b.ints([0])]); // of the positions that come later
    const causal = b.op("Trilu", [masked, first], { upper: 1 }); // [T, S]
    return { scoreBias: b.op("Add", [padding, causal]) };
  });
}
