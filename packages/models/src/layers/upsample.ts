import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

export interface UpsampleOptions {
  /** How many times larger each spatial axis becomes. */
  readonly scale: number;
  /** `nearest` repeats pixels, `linear` blends them by half-pixel centres. Default `nearest`. */
  readonly mode?: "nearest" | "linear";
}

/**
 * Enlarges images or sequences.
 *
 * @param x float32 `[batch, channels, ...]`; for `linear` in training all spatial sizes are known.
 */
export function upsample(c: LayerContext, x: Value, { scale, mode = "nearest" }: UpsampleOptions): Value {
  const scales = x.shape.map((_, axis) => (axis < 2 ? 1 : scale));
  const form = mode === "nearest" ? { coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" } : {};
  return c.b.op("Resize", [x, undefined, c.b.constant("float32", [scales.length], scales)], { mode, ...form });
}
