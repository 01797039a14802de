import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { conv2d } from "../layers/convolution.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { maxPool } from "../layers/pooling.ts";
import { heUniform } from "../parameters/initializers.ts";

export interface LenetConfig {
  readonly classes: number;
  /** Channels of the two convolutions. Default 6 and 16. */
  readonly features?: readonly [number, number];
}

/**
 * LeNet-5 (LeCun et al. 1998, Proceedings of the IEEE 86) as it is built today: ReLU and max pooling.
 *
 * @param images float32 `[batch, channels, height, width]`, for example 28 × 28 digits.
 * @returns Logits, float32 `[batch, classes]`.
 */
export function lenet(c: LayerContext, images: Value, config: LenetConfig): Value {
  const { classes, features = [6, 16] } = config;
  const relu = (x: Value) => activation(c, x, "relu");
  const wide = conv2d(c, images, { name: "conv1", features: features[0], kernel: 5 }); // [B, 6, 28, 28]
  const halved = maxPool(c, relu(wide), { size: 2 }); // [B, 6, 14, 14]
  const deep = conv2d(c, halved, { name: "conv2", features: features[1], kernel: 5, padding: 0 }); // [B, 16, 10, 10]
  const flat = c.b.op("Flatten", [maxPool(c, relu(deep), { size: 2 })]); // [B, 400]
  const first = dropout(c, relu(dense(c, flat, { name: "fc1", width: 120, initializer: heUniform })), "fc1");
  const second = dropout(c, relu(dense(c, first, { name: "fc2", width: 84, initializer: heUniform })), "fc2");
  return c.scope("head", () => dense(c, second, { name: "classifier", width: classes })); // [B, classes]
}
