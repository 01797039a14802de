import type { Value } from "@modelwright/engine";
import { type ActivationName, activation } from "../layers/activation.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { heUniform } from "../parameters/initializers.ts";

export interface MlpConfig {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Width of the result: classes, or numbers to predict. */
  readonly outputs: number;
  /** Behind each hidden layer. Default `relu`. */
  readonly activation?: ActivationName;
}

/**
 * A dense network: layers of an affine map and an activation, then one without.
 *
 * @param x float32 `[batch, ...]`; everything behind the batch is one vector of features.
 * @returns float32 `[batch, outputs]`.
 */
export function mlp(c: LayerContext, x: Value, config: MlpConfig): Value {
  const { hidden, outputs, activation: name = "relu" } = config;
  let y = x.shape.length === 2 ? x : c.b.op("Flatten", [x]); // [B, features]
  for (const [i, width] of hidden.entries()) {
    y = dense(c, y, { name: `hidden${i}`, width, initializer: heUniform }); // [B, width]
    y = dropout(c, activation(c, y, name), `hidden${i}`);
  }
  return c.scope("head", () => dense(c, y, { name: "output", width: outputs })); // [B, outputs]
}
