import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import { type ActivationName, activation as activate } from "./activation.ts";
import { dense } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface GatedFeedForwardOptions {
  /** Scope of its dense layers `gate`, `inner` and `output`. */
  readonly name: string;
  readonly innerWidth: number;
  readonly outputWidth: number;
  /** Of the gate. Default "silu": SwiGLU. */
  readonly activation?: ActivationName;
  /** Of its dense layers. Default false. */
  readonly hasBias?: boolean;
  readonly initializer?: Initializer;
}

/**
 * output(activation(gate(x)) · inner(x)), the same at every position (Shazeer 2020, arXiv:2002.05202).
 *
 * @param x float32 `[batch, sequence, width]`.
 * @returns float32 `[batch, sequence, outputWidth]`.
 */
export function gatedFeedForward(c: LayerContext, x: Value, options: GatedFeedForwardOptions): Value {
  const { name, innerWidth, outputWidth, activation = "silu", hasBias = false, ...weights } = options;
  return c.scope(name, () => {
    const gate = activate(c, dense(c, x, { name: "gate", width: innerWidth, hasBias, ...weights }), activation);
    const inner = dense(c, x, { name: "inner", width: innerWidth, hasBias, ...weights });
    return dense(c, c.b.op("Mul", [gate, inner]), { name: "output", width: outputWidth, hasBias, ...weights });
  });
}
