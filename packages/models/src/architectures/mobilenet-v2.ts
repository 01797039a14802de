import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { type ConvolutionOptions, conv2d } from "../layers/convolution.ts";
import { dense, staticSize } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { globalAveragePool } from "../layers/pooling.ts";
import { heNormal } from "../parameters/initializers.ts";

/** The published stages (table 2 of the paper): expansion, features, blocks, stride of the first block. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export interface MobilenetV2Config {
  readonly classes: number;
  /** Multiplies the features of every layer, which are rounded to multiples of 8. Default 1. */
  readonly width?: number;
  /** Strides of the first convolution and of the seven stages. Default: the published ones, which divide the sides by 32. */
  readonly strides?: readonly number[];
}

/**
 * MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381): depthwise convolutions between a wide and a narrow 1 × 1 one, shortcuts between the
 * narrow ends.
 *
 * @param images float32 `[batch, channels, height, width]`.
 * @returns Logits, float32 `[batch, classes]`.
 */
export function mobilenetV2(c: LayerContext, images: Value, config: MobilenetV2Config): Value {
  const { classes, width = 1, strides = [2, ...STAGES.map(([, , , stride]) => stride)] } = config;
  const features = (count: number) => multipleOf8(count * width);
  let x = active(c, images, { name: "stem", features: features(32), kernel: 3, stride: strides[0]! });
  for (const [stage, [expansion, count, blocks]] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? strides[stage + 1]! : 1;
      const shape = { features: features(count), stride, expansion };
      x = c.scope(`stage${stage}.${block}`, () => invertedResidual(c, x, shape));
    }
  }
  x = active(c, x, { name: "top", features: multipleOf8(1280 * Math.max(1, width)), kernel: 1 });
  const pooled = dropout(c, globalAveragePool(c, x), "pooled"); // [B, 1280]
  return c.scope("head", () => dense(c, pooled, { name: "classifier", width: classes })); // [B, classes]
}

function invertedResidual(
  c: LayerContext,
  x: Value,
  { features, stride, expansion }: { features: number; stride: number; expansion: number },
): Value {
  const channels = staticSize(x, 1);
  const wide = channels * expansion;
  const expanded = expansion === 1 ? x : active(c, x, { name: "expand", features: wide, kernel: 1 });
  const filtered = active(c, expanded, { name: "depthwise", features: wide, kernel: 3, stride, groups: wide });
  const narrow = normalized(c, filtered, { name: "project", features, kernel: 1 });
  return stride === 1 && channels === features ? c.b.op("Add", [x, narrow]) : narrow;
}

function active(c: LayerContext, x: Value, options: ConvolutionOptions): Value {
  return activation(c, normalized(c, x, options), "relu6");
}

function normalized(c: LayerContext, x: Value, options: ConvolutionOptions): Value {
  const y = conv2d(c, x, { ...options, hasBias: false, initializer: heNormal });
  return batchNorm(c, y, { name: `${options.name}_norm` });
}

/** The nearest multiple of 8 that is at least 8 and not more than a tenth below. */
function multipleOf8(count: number): number {
  const nearest = Math.max(8, Math.floor((count + 4) / 8) * 8);
  return nearest < 0.9 * count ? nearest + 8 : nearest;
}
