import type { Value } from "@modelwright/engine";
import { dense, staticSize } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { feedForward } from "../layers/feed-forward.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { multiHeadAttention } from "../layers/multi-head-attention.ts";
import { patchEmbedding } from "../layers/patch-embedding.ts";
import { transformerBlock } from "../layers/transformer-block.ts";
import { truncatedNormal } from "../parameters/initializers.ts";

export interface VitConfig {
  /** Side of a square patch, in pixels; divides both sides of the images. */
  readonly patchSize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Default 4 · `width`. */
  readonly innerWidth?: number;
  readonly classes: number;
  /** What is classified: a learned vector in front of the patches, or the mean over patches. Default `class-token`. */
  readonly pooling?: "class-token" | "mean";
}

const LAYER_NORM_EPSILON = 1e-6;
const initializer = truncatedNormal(0.02);

/**
 * A Vision Transformer classifier, from scratch: patches, learned positions, pre-norm blocks, exact GELU.
 *
 * @param images float32 `[batch, channels, height, width]`; all sizes but the batch are known.
 * @returns Logits, float32 `[batch, classes]`.
 * @see Dosovitskiy et al. 2020, arXiv:2010.11929.
 */
export function vit(c: LayerContext, images: Value, config: VitConfig): Value {
  const { b } = c;
  const { width, patchSize, classes, pooling = "class-token" } = config;
  const y = c.scope("encoder", () => {
    const patches = patchEmbedding(c, images, { name: "patch", patchSize, width, initializer }); // [B, P, H]
    const tokens = pooling === "mean" ? patches : withClassToken(c, patches); // [B, P or 1 + P, H]
    const shape = [staticSize(tokens, 1), width];
    const positions = c.parameter("position", shape, { initializer, decay: false }); // [T, H]
    let x = dropout(c, b.op("Add", [tokens, positions]), "embedding"); // [B, T, H]
    for (let layer = 0; layer < config.layers; layer++) {
      x = c.segment(`layer${layer}`, () => encoderLayer(c, config, x)); // [B, T, H]
    }
    return layerNorm(c, x, { name: "norm", epsilon: LAYER_NORM_EPSILON }); // [B, T, H]
  });
  const pooled =
    pooling === "mean"
      ? b.op("ReduceMean", [y, b.ints([1])], { keepdims: 0 }) // [B, H]
      : b.op("Gather", [y, b.scalar(0, "int64")], { axis: 1 }); // [B, H]
  return c.scope("head", () => dense(c, pooled, { name: "classifier", width: classes, initializer })); // [B, classes]
}

function withClassToken(c: LayerContext, patches: Value): Value {
  const { b } = c;
  const width = staticSize(patches, -1);
  const token = c.parameter("class_token", [1, 1, width], { initializer, decay: false });
  const batch = b.op("Shape", [patches], { start: 0, end: 1 });
  const tokens = b.op("Expand", [token, b.op("Concat", [batch, b.ints([1, width])], { axis: 0 })]); // [B, 1, H]
  return b.op("Concat", [tokens, patches], { axis: 1 }); // [B, 1 + P, H]
}

function encoderLayer(c: LayerContext, config: VitConfig, x: Value): Value {
  const { width, heads, innerWidth = 4 * width } = config;
  const attention = { name: "attention", heads, outputWidth: width, fused: true, dropWeights: true, initializer };
  const inner = { name: "feed_forward", innerWidth, outputWidth: width, activation: "gelu", initializer } as const;
  return transformerBlock(c, x, {
    placement: "pre",
    normalize: (y, name) => layerNorm(c, y, { name, epsilon: LAYER_NORM_EPSILON }),
    attend: (y) => multiHeadAttention(c, y, attention),
    feedForward: (y) => feedForward(c, y, inner),
  });
}
