import type { Value } from "@modelwright/engine";
import type { AttentionMask } from "./attention-mask.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

/**
 * The mean of each text's tokens; padding does not count. A text without tokens gives zeros.
 *
 * @param x float32 `[batch, sequence, width]`.
 * @returns float32 `[batch, width]`.
 */
export function meanPooling(c: LayerContext, x: Value, mask: AttentionMask): Value {
  const { b } = c;
  const H = staticSize(x, -1);
  return c.scope("pooling", () => {
    const tokens = b.op("ReduceSum", [mask.keep, b.ints([1])], { keepdims: 1 }); // [B, 1]
    const share = b.op("Div", [mask.keep, b.op("Max", [tokens, b.scalar(1)])]); // [B, T]
    const weights = b.op("Unsqueeze", [share, b.ints([1])]); // [B, 1, T]
    return b.op("Reshape", [b.op("MatMul", [weights, x]), b.ints([-1, H])]); // [B, 1, H] → [B, H]
  });
}
