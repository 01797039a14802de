import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

export interface PoolOptions {
  /** Side of the window, the same along each axis. */
  readonly size: number;
  /** Default: `size`, windows side by side. */
  readonly stride?: number;
  /** Added at each end of each axis, and counted in no mean. Default 0. */
  readonly padding?: number;
}

/**
 * The largest element of each window.
 *
 * @param x float32 `[batch, channels, ...]`, any number of spatial axes.
 */
export function maxPool(c: LayerContext, x: Value, options: PoolOptions): Value {
  return c.b.op("MaxPool", [x], windowOf(x, options));
}

/**
 * The mean of each window.
 *
 * @param x float32 `[batch, channels, ...]`, any number of spatial axes.
 */
export function averagePool(c: LayerContext, x: Value, options: PoolOptions): Value {
  return c.b.op("AveragePool", [x], windowOf(x, options));
}

/**
 * The mean of each channel.
 *
 * @param x float32 `[batch, channels, ...]`.
 * @returns float32 `[batch, channels]`.
 */
export function globalAveragePool(c: LayerContext, x: Value): Value {
  return c.b.op("Flatten", [c.b.op("GlobalAveragePool", [x])]);
}

function windowOf(x: Value, { size, stride = size, padding = 0 }: PoolOptions) {
  const axes = x.shape.length - 2;
  const each = (value: number, count = axes) => new Array<number>(count).fill(value);
  return { kernel_shape: each(size), strides: each(stride), pads: each(padding, 2 * axes) };
}
