import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { conv2d, convTranspose2d } from "../layers/convolution.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { maxPool } from "../layers/pooling.ts";
import { heNormal } from "../parameters/initializers.ts";

export interface UNetConfig {
  /** Channels of the result: classes of each pixel, or colours. */
  readonly outputs: number;
  /** Channels at full size; twice as many at each smaller one. Default 64. */
  readonly width?: number;
  /** How often the sides are halved; 2 to this power divides them. Default 4. */
  readonly depth?: number;
}

/**
 * A network from images to images: down to small ones and up again, each size joined with what it was on the way down (Ronneberger et
 * al. 2015, arXiv:1505.04597), here with padded convolutions and batch normalisation.
 *
 * @param images float32 `[batch, channels, height, width]`.
 * @returns Logits of each pixel, float32 `[batch, outputs, height, width]`.
 */
export function uNet(c: LayerContext, images: Value, config: UNetConfig): Value {
  const { outputs, width = 64, depth = 4 } = config;
  const skipped: Value[] = [];
  let x = images;
  for (let level = 0; level < depth; level++) {
    x = c.scope(`down${level}`, () => twoConvolutions(c, x, width * 2 ** level)); // [B, width · 2^level, H / 2^level, …]
    skipped.push(x);
    x = maxPool(c, x, { size: 2 });
  }
  x = c.scope("bottom", () => twoConvolutions(c, x, width * 2 ** depth));
  for (let level = depth - 1; level >= 0; level--) {
    x = c.scope(`up${level}`, () => {
      const larger = convTranspose2d(c, x, { name: "enlarge", features: width * 2 ** level, kernel: 2 });
      const joined = c.b.op("Concat", [skipped[level]!, larger], { axis: 1 }); // [B, 2 · width · 2^level, …]
      return twoConvolutions(c, joined, width * 2 ** level);
    });
  }
  return c.scope("head", () => conv2d(c, x, { name: "pixels", features: outputs, kernel: 1 })); // [B, outputs, H, W]
}

function twoConvolutions(c: LayerContext, x: Value, features: number): Value {
  const once = (input: Value, name: string) => {
    const y = conv2d(c, input, { name, features, kernel: 3, hasBias: false, initializer: heNormal });
    return activation(c, batchNorm(c, y, { name: `${name}_norm` }), "relu");
  };
  return once(once(x, "conv1"), "conv2");
}
