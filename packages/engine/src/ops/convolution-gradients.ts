import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { type Dimension, isStatic, type Shape } from "../tensor/shape.ts";
import { padAlong } from "./pad-along.ts";
import { shapePart, shapeValue, shapeVector, withShape } from "./shape-values.ts";
import { joinPads, type Pads, positionsOf, reach, type SlidingWindow } from "./sliding-window.ts";

/** A convolution of an image [N, C, …] to features [N, M, …] by a weight [M, C/group, …]. */
export interface Convolution {
  readonly window: SlidingWindow;
  readonly pads: Pads;
  readonly group: number;
}

/** A size as a Reshape takes it that leaves the axis where it is: 0 copies one that only a run can tell. */
export function copied(size: Dimension): number {
  return typeof size === "number" ? size : 0;
}

/** Sums over all axes but the channels'. */
export function channelSums(b: Emitter, value: Value): Value {
  const [, channels] = value.shape;
  if (value.shape.length === 2) return b.op("ReduceSum", [value, b.ints([0])], { keepdims: 0 });
  const rows = b.op("Reshape", [value, b.ints([0, copied(channels!), -1])]);
  return b.op("ReduceSum", [rows, b.ints([0, 2])], { keepdims: 0 });
}

/** Below so many channels of a group a matrix product over them is too narrow to be fast. */
const FEW_CHANNELS = 8;

/**
 * The gradient by the image. Stride 1: a convolution with the weight turned around and its channels exchanged, faster than ConvTranspose
 * by up to 2 times, unless the image has few channels. `bench/convolution.mjs` measures both. In place of a large weight the features are
 * turned around, and the image back.
 */
export function imageGradient(
  b: Emitter,
  { dFeatures, weight, image }: { dFeatures: Value; weight: Value; image: Value },
  { window, pads, group }: Convolution,
): Value {
  const { kernel, strides, dilations } = window;
  const shared = { kernel_shape: kernel, dilations, group };
  const around = (side: readonly number[]) => side.map((pad, axis) => reach(window, axis) - pad);
  const turnedPads = [...around(pads.before), ...around(pads.after)];
  const isDense = strides.every((stride) => stride === 1) && turnedPads.every((pad) => pad >= 0);
  if (isDense && (isDepthwise(weight, group) || Number(weight.shape[1]) >= FEW_CHANNELS)) {
    if (!isLarge(weight, [dFeatures, image])) {
      const turned = exchangeChannels(b, turnedAround(b, weight), group);
      return withShape(b, b.op("Conv", [dFeatures, turned], { ...shared, pads: turnedPads }), image);
    }
    const mirrored = joinPads({ before: around(pads.after), after: around(pads.before) });
    const exchanged = exchangeChannels(b, weight, group);
    const dImage = b.op("Conv", [turnedAround(b, dFeatures), exchanged], { ...shared, pads: mirrored });
    return withShape(b, turnedAround(b, dImage), image);
  }
  const sizes: Shape = image.shape.slice(2);
  const places: Shape = dFeatures.shape.slice(2);
  if (isStatic(sizes) && isStatic(places)) {
    // What the window never reached beyond its last place.
    const rest = sizes.map((size, axis) => {
      const covered = (places[axis]! - 1) * strides[axis]! + reach(window, axis) + 1;
      return size - covered + pads.before[axis]! + pads.after[axis]!;
    });
    const transposed = { ...shared, strides, pads: joinPads(pads), output_padding: rest };
    return withShape(b, b.op("ConvTranspose", [dFeatures, weight], transposed), image);
  }
  const unpadded = { ...shared, strides, pads: [...pads.before, ...pads.after.map(() => 0)] };
  const spread = b.op("ConvTranspose", [dFeatures, weight], unpadded);
  const axes = sizes.map((_, axis) => axis + 2);
  const missing = b.op("Sub", [shapeValue(b, image, 2), shapeValue(b, spread, 2)]);
  const amounts = b.op("Concat", [b.ints(axes.map(() => 0)), missing], { axis: 0 });
  return withShape(b, padAlong(b, spread, { axes, pads: amounts }), image);
}

interface WeightGradientValues {
  readonly image: Value;
  readonly dFeatures: Value;
  readonly weight: Value;
}

/**
 * The gradient by the weight: each tap of the kernel saw a part of the padded image, and its gradient is that part times the gradient of
 * the features, summed over batch and places. The ways to do so are the fastest of those in `bench/convolution.mjs`.
 */
export function weightGradient(b: Emitter, values: WeightGradientValues, conv: Convolution): Value {
  const { image, weight } = values;
  if (conv.group === 1 && Number(weight.shape[1]) >= FEW_CHANNELS) return tapProducts(b, values, conv);
  const padded = { ...values, padded: padImage(b, image, conv.pads) };
  if (isDepthwise(weight, conv.group)) return depthwiseTaps(b, padded, conv);
  const isKernel = conv.group === 1 && isStatic(values.dFeatures.shape.slice(2));
  return (isKernel ? exchangedConvolution : columnProduct)(b, padded, conv);
}

type PaddedValues = WeightGradientValues & { readonly padded: Value };

/** One product and its sums for each tap. */
function depthwiseTaps(b: Emitter, { padded, dFeatures, weight }: PaddedValues, { window }: Convolution): Value {
  const features = Number(weight.shape[0]);
  const taps = positionsOf(window.kernel).map((tap) => {
    const part = touched(b, padded, { tap, window, dFeatures, axis: 2 });
    return b.op("Reshape", [channelSums(b, b.op("Mul", [part, dFeatures])), b.ints([features, 1])]);
  });
  return b.op("Reshape", [concat(b, taps, 1), b.ints(weight.shape as readonly number[])]);
}

/** For each row of the batch [taps·C/group, places] × [places, M/group], summed over the batch. */
function columnProduct(b: Emitter, { padded, dFeatures, weight }: PaddedValues, { window, group }: Convolution): Value {
  const [features, perGroup] = weight.shape as readonly number[];
  const taps = positionsOf(window.kernel);
  const grouped = (value: Value, channels: number) => b.op("Reshape", [value, b.ints([0, group, channels, -1])]);
  const dRows = grouped(dFeatures, features! / group); // [N, g, M/g, L]
  const columns = concat(
    b,
    taps.map((tap) => {
      const part = grouped(touched(b, padded, { tap, window, dFeatures, axis: 2 }), perGroup!);
      return b.op("Reshape", [part, shapeVector(b, [[0, 0, 0], shapePart(b, dRows, 3)])]);
    }),
    2,
  ); // [N, g, T·C/g, L]
  const products = b.op("MatMul", [columns, b.op("Transpose", [dRows], { perm: [0, 1, 3, 2] })]);
  const sum = b.op("ReduceSum", [products, b.ints([0])], { keepdims: 0 }); // [g, T·C/g, M/g]
  const apart = b.op("Reshape", [sum, b.ints([group, taps.length, perGroup!, features! / group])]);
  const ordered = b.op("Transpose", [apart], { perm: [0, 3, 2, 1] });
  return b.op("Reshape", [ordered, b.ints(weight.shape as readonly number[])]);
}

/** Batch and channels exchange their roles, and the features are the kernel: its steps are the stride, the window's dilation is the stride. */
function exchangedConvolution(b: Emitter, { padded, dFeatures, weight }: PaddedValues, { window }: Convolution): Value {
  const spatial = window.kernel.map((_, axis) => axis + 2);
  const exchanged = (value: Value) => b.op("Transpose", [value], { perm: [1, 0, ...spatial] });
  const { strides: dilations, dilations: strides } = window;
  const seen = b.op("Conv", [exchanged(padded), exchanged(dFeatures)], { strides, dilations }); // [C, M, taps and more]
  // A rest of the image, narrower than the stride, was seen by no window.
  const taps = b.op("Slice", [seen, b.ints(spatial.map(() => 0)), b.ints(window.kernel), b.ints(spatial)]);
  return withShape(b, exchanged(taps), weight);
}

/**
 * For each tap [M, N·places] × [N·places, C]: channels stand last in the image, so that its parts are copied in runs. Where places are few,
 * one product with the columns of all taps, whose rearranging is cheaper than the weight's.
 */
function tapProducts(
  b: Emitter,
  { image, dFeatures, weight }: WeightGradientValues,
  { window, pads }: Convolution,
): Value {
  const [features, channels] = weight.shape as readonly number[];
  const spatial = window.kernel.map((_, axis) => axis + 2);
  const channelsLast = padImage(b, b.op("Transpose", [image], { perm: [0, ...spatial, 1] }), pads, 1);
  const dRows = b.op("Reshape", [
    b.op("Transpose", [dFeatures], { perm: [1, 0, ...spatial] }),
    b.ints([features!, -1]),
  ]); // [M, N·L]
  const parts = positionsOf(window.kernel).map((tap) => touched(b, channelsLast, { tap, window, dFeatures, axis: 1 }));
  const places: Shape = dFeatures.shape.slice(2);
  if (isStatic(places) && places.reduce((count, size) => count * size, USUAL_BATCH) < features!) {
    const columns = parts.map((part) => b.op("Reshape", [part, b.ints([-1, channels!, 1])]));
    const all = b.op("Reshape", [concat(b, columns, 2), b.ints([-1, channels! * parts.length])]); // [N·L, C·T]
    return b.op("Reshape", [b.op("MatMul", [dRows, all]), b.ints(weight.shape as readonly number[])]);
  }
  const products = parts.map((part) => {
    const rows = b.op("Reshape", [part, shapeVector(b, [shapePart(b, dRows, 1), [channels!]])]);
    return b.op("MatMul", [dRows, rows]);
  });
  const apart = b.op("Reshape", [concat(b, products, 1), b.ints([features!, parts.length, channels!])]);
  const ordered = b.op("Transpose", [apart], { perm: [0, 2, 1] });
  return b.op("Reshape", [ordered, b.ints(weight.shape as readonly number[])]);
}

function isDepthwise(weight: Value, group: number): boolean {
  return weight.shape[1] === 1 && group === weight.shape[0] && group > 1;
}

function concat(b: Emitter, values: readonly Value[], axis: number): Value {
  return values.length === 1 ? values[0]! : b.op("Concat", values, { axis });
}

/** @param first The image's first spatial axis. */
function padImage(b: Emitter, image: Value, { before, after }: Pads, first = 2): Value {
  if ([...before, ...after].every((pad) => pad === 0)) return image;
  const around = (pads: readonly number[]) => image.shape.map((_, axis) => pads[axis - first] ?? 0);
  return b.op("Pad", [image, b.ints([...around(before), ...around(after)])]);
}

/**
 * The elements of a padded image that one tap touched, in the spatial shape of the features.
 *
 * @param options.axis The image's first spatial axis.
 */
function touched(
  b: Emitter,
  padded: Value,
  options: {
    readonly tap: readonly number[];
    readonly window: SlidingWindow;
    readonly dFeatures: Value;
    readonly axis: number;
  },
): Value {
  const { tap, window, dFeatures, axis: first } = options;
  const { strides, dilations } = window;
  const places: Shape = dFeatures.shape.slice(2);
  if (window.kernel.every((size) => size === 1) && strides.every((stride) => stride === 1)) return padded;
  const axes = b.ints(places.map((_, axis) => axis + first));
  const starts = tap.map((at, axis) => at * dilations[axis]!);
  const ends = isStatic(places)
    ? b.ints(places.map((count, axis) => starts[axis]! + (count - 1) * strides[axis]! + 1))
    : b.op("Add", [
        b.op("Mul", [shapeValue(b, dFeatures, 2), b.ints(strides)]),
        b.ints(starts.map((start, axis) => start + 1 - strides[axis]!)),
      ]);
  return b.op("Slice", [padded, b.ints(starts), ends, axes, b.ints(strides)]);
}

/** Rows of a usual batch, where the batch is not known. */
const USUAL_BATCH = 16;

/** Whether a weight holds more elements than a batch of these values, so that it is dearer to rearrange. */
function isLarge(weight: Value, values: readonly Value[]): boolean {
  const elements = ([first, ...others]: Shape) =>
    others.reduce<number>((count, size) => count * Number(size), typeof first === "number" ? first : USUAL_BATCH);
  return elements(weight.shape) > values.reduce((sum, { shape }) => sum + elements(shape), 0);
}

/** Each channel turned around. */
function turnedAround(b: Emitter, value: Value): Value {
  const axes = value.shape.flatMap((size, axis) => (axis >= 2 && size !== 1 ? [axis] : []));
  if (axes.length === 0) return value;
  const each = (number: number) => b.ints(axes.map(() => number));
  return b.op("Slice", [value, each(-1), each(-(2 ** 31 - 1)), b.ints(axes), each(-1)]);
}

/** [M, C/group, …] as [C, M/group, …]. */
function exchangeChannels(b: Emitter, weight: Value, group: number): Value {
  const [features, perGroup, ...kernel] = weight.shape as readonly number[];
  const axes = kernel.map((_, axis) => axis);
  if (group === 1) return b.op("Transpose", [weight], { perm: [1, 0, ...axes.map((axis) => axis + 2)] });
  if (isDepthwise(weight, group)) return weight;
  const grouped = b.op("Reshape", [weight, b.ints([group, features! / group, perGroup!, ...kernel])]);
  const exchanged = b.op("Transpose", [grouped], { perm: [0, 2, 1, ...axes.map((axis) => axis + 3)] });
  return b.op("Reshape", [exchanged, b.ints([group * perGroup!, features! / group, ...kernel])]);
}
