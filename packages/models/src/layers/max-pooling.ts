import type { Value } from "@modelwright/engine";
import type { AttentionMask } from "./attention-mask.ts";
import type { LayerContext } from "./layer-context.ts";

/** Below every value of a layer that is squashed or normed. */
const LOWEST = -1e9;

/**
 * The greatest value of each feature over a text's tokens; padding does not count.
 *
 * @param x float32 `[batch, sequence, width]`.
 * @returns float32 `[batch, width]`; zeros for a text without tokens.
 */
export function maxPooling(c: LayerContext, x: Value, mask: AttentionMask): Value {
  const { b } = c;
  return c.scope("pooling", () => {
    const padding = b.op("Sub", [b.scalar(1), mask.keep]); // [B, T]
    const lowered = b.op("Mul", [b.op("Unsqueeze", [padding, b.ints([2])]), b.scalar(LOWEST)]); // [B, T, 1]
    const greatest = b.op("ReduceMax", [b.op("Add", [x, lowered]), b.ints([1])], { keepdims: 0 }); // [B, H]
    const tokens = b.op("ReduceSum", [mask.keep, b.ints([1])], { keepdims: 1 }); // [B, 1]
    return b.op("Where", [b.op("Greater", [tokens, b.scalar(0)]), greatest, b.scalar(0)]);
  });
}
