import type { Value } from "@modelwright/engine";
import type { LayerContext } from "../layers/layer-context.ts";

/**
 * Mean squared error: the mean of (prediction − target)² over every element.
 *
 * @param values.predictions float32, any shape.
 * @param values.targets float32, a shape that broadcasts to that of the predictions.
 * @returns Scalar float32.
 */
export function meanSquaredError(
  c: LayerContext,
  { predictions, targets }: { readonly predictions: Value; readonly targets: Value },
): Value {
  const error = c.b.op("Sub", [predictions, targets]);
  return c.b.op("ReduceMean", [c.b.op("Mul", [error, error])], { keepdims: 0 });
}
