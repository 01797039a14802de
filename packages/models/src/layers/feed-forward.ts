import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import { type ActivationName, activation as activate } from "./activation.ts";
import { dense } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface FeedForwardOptions {
  /** Scope of its two dense layers, `inner` and `output`. */
  readonly name: string;
  readonly innerWidth: number;
  readonly outputWidth: number;
  readonly activation: ActivationName;
  readonly initializer?: Initializer;
}

/**
 * Two dense layers around an activation, the same at every position.
 *
 * @param x float32 `[batch, sequence, width]`.
 * @returns float32 `[batch, sequence, outputWidth]`.
 */
export function feedForward(c: LayerContext, x: Value, options: FeedForwardOptions): Value {
  const { name, innerWidth, outputWidth, activation, ...weights } = options;
  return c.scope(name, () => {
    const inner = dense(c, x, { name: "inner", width: innerWidth, ...weights });
    return dense(c, activate(c, inner, activation), { name: "output", width: outputWidth, ...weights });
  });
}
