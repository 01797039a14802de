import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { dense, staticSize } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { heNormal } from "../parameters/initializers.ts";

/** Share of the columns that the narrowest layer has, and the one before and behind it. */
const [NARROWEST, BESIDE] = [1 / 4, 1 / 2];
const [MOST_NARROWEST, MOST_BESIDE] = [32, 128];

/**
 * A network that has to repeat a row through fewer numbers than it has.
 *
 * @param x float32 `[batch, features]`, about as large as 1.
 * @returns What it repeats, float32 `[batch, features]`.
 */
export function tableAutoencoder(c: LayerContext, x: Value): Value {
  const features = staticSize(x, -1);
  const width = (share: number, least: number, most: number) =>
    Math.min(most, Math.max(least, Math.ceil(features * share)));
  const [beside, narrowest] = [width(BESIDE, 4, MOST_BESIDE), width(NARROWEST, 1, MOST_NARROWEST)];
  let y = x;
  for (const [i, units] of [beside, narrowest, beside].entries()) {
    y = activation(c, dense(c, y, { name: `layer${i}`, width: units, initializer: heNormal }), "silu");
  }
  return c.scope("output", () => dense(c, y, { name: "repeated", width: features }));
}
