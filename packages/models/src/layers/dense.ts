import type { Value } from "@modelwright/engine";
import { adaptedProduct } from "../adapters/adapted-product.ts";
import { constant, type Initializer, xavierUniform } from "../parameters/initializers.ts";
import type { LayerContext } from "./layer-context.ts";

export interface DenseOptions {
  /** Scope of its parameters: `weight` `[inputs, width]` and, unless it has none, `bias` `[width]`. */
  readonly name: string;
  /** Size of the last axis of the result. */
  readonly width: number;
  /** Of the weight. Default: Xavier uniform. */
  readonly initializer?: Initializer;
  /** Default true. */
  readonly hasBias?: boolean;
}

/**
 * An affine map of the last axis: x · weight + bias, with what the build's adapters add.
 *
 * @param x float32 `[..., inputs]`.
 * @returns float32 `[..., width]`.
 */
export function dense(c: LayerContext, x: Value, options: DenseOptions): Value {
  const { name, width, initializer = xavierUniform, hasBias = true } = options;
  return c.scope(name, () => {
    const weight = c.parameter("weight", [staticSize(x, -1), width], { initializer, decay: true });
    const bias = hasBias ? c.parameter("bias", [width], { initializer: constant(0), decay: false }) : undefined;
    return adaptedProduct(c, x, { weight, bias });
  });
}

/** The size of an axis that must be a number when the graph is built. */
export function staticSize(x: Value, axis: number): number {
  const size = x.shape.at(axis);
  if (typeof size !== "number") throw new Error(`axis ${axis} of ${x.name} [${x.shape.join(", ")}] has no fixed size`);
  return size;
}
