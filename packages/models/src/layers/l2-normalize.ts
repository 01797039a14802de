import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

/**
 * Scales the last axis to Euclidean length 1.
 *
 * @param x float32 `[..., width]`.
 * @param options.epsilon Least squared length that is divided by; keeps a zero vector at zero.
 */
export function l2Normalize(c: LayerContext, x: Value, { epsilon }: { readonly epsilon: number }): Value {
  const { b } = c;
  return c.scope("l2", () => {
    const squares = b.op("ReduceSum", [b.op("Mul", [x, x]), b.ints([-1])], { keepdims: 1 }); // [..., 1]
    return b.op("Div", [x, b.op("Sqrt", [b.op("Max", [squares, b.scalar(epsilon)])])]);
  });
}
