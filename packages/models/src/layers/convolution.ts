import type { Value } from "@modelwright/engine";
import { constant, heUniform, type Initializer } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface ConvolutionOptions {
  /** Scope of its parameters: `weight` `[features, channels / groups, ...kernel]` and, unless it has none, `bias` `[features]`. */
  readonly name: string;
  /** Channels of the result. */
  readonly features: number;
  /** Side of the kernel, the same along each axis. */
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros at each end of each axis. Default: as many as keep the size at stride 1; of an odd number one more behind. */
  readonly padding?: number;
  /** Distance of neighbouring taps of the kernel. Default 1. */
  readonly dilation?: number;
  /** Groups of channels that do not see each other; as many as channels: depthwise. Default 1. */
  readonly groups?: number;
  /** Of the weight. Default: He uniform. */
  readonly initializer?: Initializer;
  /** Default true; a normalisation that follows has a bias of its own. */
  readonly hasBias?: boolean;
}

/**
 * A convolution over images.
 *
 * @param x float32 `[batch, channels, height, width]`.
 * @returns float32 `[batch, features, height', width']`.
 */
export function conv2d(c: LayerContext, x: Value, options: ConvolutionOptions): Value {
  return convolution(c, x, { ...options, axes: 2 });
}

/**
 * A convolution over sequences.
 *
 * @param x float32 `[batch, channels, length]`; the length may be known only when the graph runs.
 * @returns float32 `[batch, features, length']`.
 */
export function conv1d(c: LayerContext, x: Value, options: ConvolutionOptions): Value {
  return convolution(c, x, { ...options, axes: 1 });
}

export interface TransposedConvolutionOptions
  extends Pick<ConvolutionOptions, "name" | "features" | "initializer" | "hasBias"> {
  /** Side of the kernel, and how many times larger the result is. */
  readonly kernel: number;
}

/**
 * Enlarges images by a learned block for each pixel, blocks side by side: a transposed convolution whose stride is its kernel.
 *
 * @param x float32 `[batch, channels, height, width]`.
 * @returns float32 `[batch, features, kernel · height, kernel · width]`.
 */
export function convTranspose2d(c: LayerContext, x: Value, options: TransposedConvolutionOptions): Value {
  const { name, features, kernel, initializer = heUniform, hasBias = true } = options;
  return c.scope(name, () => {
    const shape = [staticSize(x, 1), features, kernel, kernel];
    const weight = c.parameter("weight", shape, { initializer, decay: true });
    return c.b.op("ConvTranspose", [x, weight, biasOf(c, features, hasBias)], { strides: [kernel, kernel] });
  });
}

function convolution(c: LayerContext, x: Value, options: ConvolutionOptions & { readonly axes: number }): Value {
  const { name, features, kernel, axes, stride = 1, dilation = 1, groups = 1 } = options;
  const { padding, initializer = heUniform, hasBias = true } = options;
  const reach = dilation * (kernel - 1);
  const each = (value: number) => new Array<number>(axes).fill(value);
  return c.scope(name, () => {
    const shape = [features, staticSize(x, 1) / groups, ...each(kernel)];
    const weight = c.parameter("weight", shape, { initializer, decay: true });
    return c.b.op("Conv", [x, weight, biasOf(c, features, hasBias)], {
      strides: each(stride),
      dilations: each(dilation),
      pads: [...each(padding ?? Math.floor(reach / 2)), ...each(padding ?? Math.ceil(reach / 2))],
      group: groups,
    });
  });
}

function biasOf(c: LayerContext, features: number, hasBias: boolean): Value | undefined {
  return hasBias ? c.parameter("bias", [features], { initializer: constant(0), decay: false }) : undefined;
}
