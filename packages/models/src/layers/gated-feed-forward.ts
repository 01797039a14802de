import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import { type ActivationName, activation as activate } from "./activation.ts";
import { dense } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface GatedFeedForwardOptions {
  /** Scope of its dense layers: `gate` and `inner`, or `gate_inner`; and `output`. */
  readonly name: string;
  readonly innerWidth: number;
  readonly outputWidth: number;
  /** Of the gate. Default "silu": SwiGLU. */
  readonly activation?: ActivationName;
  /** Of its dense layers. Default false. */
  readonly hasBias?: boolean;
  /** One weight for gate and inner side by side, instead of two. Default false. */
  readonly fused?: boolean;
  readonly initializer?: Initializer;
}

/**
 * output(activation(gate(x)) · inner(x)), the same at every position (Shazeer 2020, arXiv:2002.05202).
 *
 * @param x float32 `[batch, sequence, width]`.
 * @returns float32 `[batch, sequence, outputWidth]`.
 */
export function gatedFeedForward(c: LayerContext, x: Value, options: GatedFeedForwardOptions): Value {
  const { name, innerWidth, outputWidth, activation = "silu", hasBias = false, fused = false, ...weights } = options;
  return c.scope(name, () => {
    const part = (part: string, width: number) => dense(c, x, { name: part, width, hasBias, ...weights });
    const [gate, inner] = fused
      ? c.b.multi("Split", [part("gate_inner", 2 * innerWidth), c.b.ints([innerWidth, innerWidth])], 2, { axis: -1 })
      : [part("gate", innerWidth), part("inner", innerWidth)];
    return dense(c, c.b.op("Mul", [activate(c, gate!, activation), inner!]), {
      name: "output",
      width: outputWidth,
      hasBias,
      ...weights,
    });
  });
}
