import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { type ConvolutionOptions, conv2d } from "../layers/convolution.ts";
import { dense, staticSize } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { globalAveragePool, maxPool } from "../layers/pooling.ts";
import { heNormal } from "../parameters/initializers.ts";

/** Blocks of each stage, and how many times wider a block's result is than its stage. */
interface ResnetShape {
  readonly blocks: readonly number[];
  readonly expansion: 1 | 4;
}

/** The published depths: blocks of two 3 × 3 convolutions, from 50 on bottlenecks of 1 × 1, 3 × 3 and 1 × 1. */
const SHAPES = {
  18: { blocks: [2, 2, 2, 2], expansion: 1 },
  34: { blocks: [3, 4, 6, 3], expansion: 1 },
  50: { blocks: [3, 4, 6, 3], expansion: 4 },
} as const satisfies Readonly<Record<number, ResnetShape>>;

export interface ResnetConfig {
  readonly depth: keyof typeof SHAPES;
  readonly classes: number;
  /** Channels of the first stage; each further one has twice as many. Default 64. */
  readonly width?: number;
  /** `large` images are quartered by the first layers; `small` ones, of 32 pixels say, keep their size. Default `large`. */
  readonly images?: "large" | "small";
}

/**
 * A residual network (He et al. 2015, arXiv:1512.03385), with the stride of a bottleneck on its 3 × 3 convolution.
 *
 * @param images float32 `[batch, channels, height, width]`.
 * @returns Logits, float32 `[batch, classes]`.
 */
export function resnet(c: LayerContext, images: Value, config: ResnetConfig): Value {
  const { depth, classes, width = 64 } = config;
  const { blocks, expansion } = SHAPES[depth];
  let x = config.images === "small" ? smallStem(c, images, width) : largeStem(c, images, width);
  for (const [stage, count] of blocks.entries()) {
    for (let block = 0; block < count; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = c.scope(`stage${stage}.${block}`, () => residual(c, x, { features: width * 2 ** stage, stride, expansion }));
    }
  }
  const pooled = globalAveragePool(c, x); // [B, 8 · width · expansion]
  return c.scope("head", () => dense(c, pooled, { name: "classifier", width: classes })); // [B, classes]
}

function largeStem(c: LayerContext, images: Value, features: number): Value {
  const halved = normalized(c, images, { name: "stem", features, kernel: 7, stride: 2 }); // [B, 64, H / 2, W / 2]
  return maxPool(c, activation(c, halved, "relu"), { size: 3, stride: 2, padding: 1 }); // [B, 64, H / 4, W / 4]
}

function smallStem(c: LayerContext, images: Value, features: number): Value {
  return activation(c, normalized(c, images, { name: "stem", features, kernel: 3 }), "relu"); // [B, 64, H, W]
}

interface Block {
  readonly features: number;
  readonly stride: number;
  readonly expansion: 1 | 4;
}

/** x, brought to the shape of the result where it differs, plus what the convolutions make of it. */
function residual(c: LayerContext, x: Value, { features, stride, expansion }: Block): Value {
  const relu = (value: Value) => activation(c, value, "relu");
  const outputs = features * expansion;
  const convolved = expansion === 1 ? basic(c, x, features, stride) : bottleneck(c, x, features, stride);
  const isSame = stride === 1 && staticSize(x, 1) === outputs;
  const shortcut = isSame ? x : normalized(c, x, { name: "shortcut", features: outputs, kernel: 1, stride });
  return relu(c.b.op("Add", [convolved, shortcut]));
}

function basic(c: LayerContext, x: Value, features: number, stride: number): Value {
  const first = activation(c, normalized(c, x, { name: "conv1", features, kernel: 3, stride }), "relu");
  return normalized(c, first, { name: "conv2", features, kernel: 3 });
}

function bottleneck(c: LayerContext, x: Value, features: number, stride: number): Value {
  const narrow = activation(c, normalized(c, x, { name: "conv1", features, kernel: 1 }), "relu");
  const middle = activation(c, normalized(c, narrow, { name: "conv2", features, kernel: 3, stride }), "relu");
  return normalized(c, middle, { name: "conv3", features: 4 * features, kernel: 1 });
}

/** A convolution without a bias, and batch normalisation, which has one. */
function normalized(c: LayerContext, x: Value, options: ConvolutionOptions): Value {
  const y = conv2d(c, x, { ...options, hasBias: false, initializer: heNormal });
  return batchNorm(c, y, { name: `${options.name}_norm` });
}
