import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

/** What a masked score is lowered by: beyond float32's exponent after softmax, so its weight is exactly 0. */
export const MASKED_SCORE = -1e9;

/** An attention mask in the two forms that layers need, made once for a graph. */
export interface AttentionMask {
  /** 1 for a token, 0 for padding: float32 `[batch, sequence]`. */
  readonly keep: Value;
  /** 0 for a token, −1e9 for padding, to be added to scores: float32 `[batch, 1, 1, sequence]`. */
  readonly scoreBias: Value;
}

/** @param mask int64 `[batch, sequence]`: 1 for a token, 0 for padding. */
export function attentionMask(c: LayerContext, mask: Value): AttentionMask {
  const { b } = c;
  return c.scope("mask", () => {
    const keep = b.op("Cast", [mask], { to: 1 }); // [B, T]
    const padding = b.op("Sub", [b.scalar(1), keep]); // [B, T]
    const bias = b.op("Mul", [padding, b.scalar(MASKED_SCORE)]); // [B, T]
    return { keep, scoreBias: b.op("Unsqueeze", [bias, b.ints([1, 2])]) }; // [B, 1, 1, T]
  });
}
