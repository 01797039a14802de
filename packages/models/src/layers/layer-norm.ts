import type { Value } from "@modelwright/engine";
import { constant } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface LayerNormOptions {
  /** Scope of its parameters `weight` and, unless it has none, `bias`, both `[width]`. */
  readonly name: string;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Default true. */
  readonly hasBias?: boolean;
}

/**
 * Layer normalisation of the last axis (Ba, Kiros & Hinton 2016, arXiv:1607.06450).
 *
 * A training graph also names the mean and the inverse deviation, which the gradient uses again.
 *
 * @param x float32 `[..., width]`.
 */
export function layerNorm(c: LayerContext, x: Value, { name, epsilon, hasBias = true }: LayerNormOptions): Value {
  return c.scope(name, () => {
    const width = staticSize(x, -1);
    const weight = c.parameter("weight", [width], { initializer: constant(1), decay: false });
    const bias = hasBias ? c.parameter("bias", [width], { initializer: constant(0), decay: false }) : undefined;
    const outputCount = c.build.training === undefined ? 1 : 3;
    return c.b.multi("LayerNormalization", [x, weight, bias], outputCount, { axis: -1, epsilon })[0]!;
  });
}
