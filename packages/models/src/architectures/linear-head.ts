import type { Value } from "@modelwright/engine";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { truncatedNormal } from "../parameters/initializers.ts";

/**
 * Dropout and a dense layer: float32 `[batch, features]` to `[batch, width]`. Its parameters are `head.classifier.weight` and `.bias`,
 * whatever it is trained to say: models that are saved have these names.
 */
export function linearHead(c: LayerContext, features: Value, width: number): Value {
  return c.scope("head", () =>
    dense(c, dropout(c, features, "features"), { name: "classifier", width, initializer: truncatedNormal(0.02) }),
  );
}
