import type { Value } from "@modelwright/engine";
import { constant } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";
import type { LayerNormOptions } from "./layer-norm.ts";

/**
 * Root-mean-square normalisation of the last axis (Zhang & Sennrich 2019, arXiv:1910.07467): a layer norm without mean and bias.
 *
 * A training graph also names the inverse root, which the gradient uses again.
 *
 * @param x float32 `[..., width]`.
 * @param options.name Scope of its parameter `weight` `[width]`.
 */
export function rmsNorm(c: LayerContext, x: Value, { name, epsilon }: LayerNormOptions): Value {
  return c.scope(name, () => {
    const weight = c.parameter("weight", [staticSize(x, -1)], { initializer: constant(1), decay: false });
    const outputCount = c.build.training === undefined ? 1 : 2;
    return c.b.multi("SimplifiedLayerNormalization", [x, weight], outputCount, { axis: -1, epsilon })[0]!;
  });
}
