import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES, type DType } from "../tensor/dtype.ts";
import { isStatic, type Shape } from "../tensor/shape.ts";
import { imageGradient } from "./convolution-gradients.ts";
import { reshapeLike } from "./gradient-shapes.ts";
import { shapePart, shapeValue, shapeVector, withShape, zerosLike } from "./shape-values.ts";
import {
  joinPads,
  type Pads,
  positionsOf,
  reach,
  type SlidingWindow,
  slidingWindow,
  type WindowAttributes,
} from "./sliding-window.ts";

/**
 * Each element of `dy` added to the place that its window's maximum came from.
 *
 * A forward pass that does not keep the places runs a faster kernel, and the pool is repeated for them here, unless the windows tile the
 * input: then comparisons tell the places sooner. Windows inside the input that do not overlap share no place, and MaxUnpool puts each
 * element at its own; for others ScatterElements adds one element after the other, which takes twice as long.
 */
export function maxPoolGradient(
  b: Emitter,
  { x, y, indices, dy }: { x: Value; y: Value; indices: Value | undefined; dy: Value },
  attributes: WindowAttributes & { readonly ceil_mode: number },
): Value {
  const window = slidingWindow(attributes.kernel_shape!, attributes);
  const { kernel, strides, dilations } = window;
  const { pads = [], auto_pad, ceil_mode } = attributes;
  const isInside = pads.every((pad) => pad === 0) && auto_pad === "NOTSET" && ceil_mode === 0;
  if (indices === undefined && isInside && isPartition(x.shape.slice(2), window) && isResizable(x))
    return firstOfLargest(b, { x, y, dy }, kernel);
  const places = indices ?? b.multi("MaxPool", [x], 2, { ...attributes })[1]!;
  const isApart = kernel.every((size, axis) => strides[axis]! >= size && dilations[axis] === 1);
  if (isInside && isApart)
    return withShape(b, b.op("MaxUnpool", [dy, places, shapeValue(b, x)], { kernel_shape: kernel, strides }), x);
  const flat = (value: Value) => b.op("Reshape", [value, b.ints([-1])]);
  const updates = b.op("Reshape", [dy, b.op("Shape", [flat(places)])]);
  const dx = b.op("ScatterElements", [zerosLike(b, flat(x)), flat(places), updates], { axis: 0, reduction: "add" });
  return reshapeLike(b, dx, x);
}

/**
 * `dy` at the first of the largest elements of each block, zeros elsewhere. Earlier places rank higher, and the highest rank wins.
 * ONNX Runtime multiplies by zeros and ones several times faster than it chooses by Where.
 */
function firstOfLargest(b: Emitter, { x, y, dy }: { x: Value; y: Value; dy: Value }, kernel: readonly number[]): Value {
  const sizes = x.shape.slice(2) as readonly number[];
  const area = kernel.reduce((product, length) => product * length, 1);
  const rankOf = (at: readonly number[]) =>
    area - at.reduce((flat, i, axis) => flat * kernel[axis]! + (i % kernel[axis]!), 0);
  const whereEqual = (left: Value, right: Value) =>
    b.op("Cast", [b.op("Equal", [left, repeat(b, right, { x, kernel })])], { to: DTYPES[x.dtype].onnx });
  const ranks = b.constant(x.dtype, [1, 1, ...sizes], positionsOf(sizes).map(rankOf));
  const rank = b.op("Mul", [whereEqual(x, y), ranks]);
  const highest = b.op("MaxPool", [rank], { kernel_shape: kernel, strides: kernel });
  return b.op("Mul", [whereEqual(rank, highest), repeat(b, dy, { x, kernel })]);
}

/** Windows and the pads around what they slide over. */
interface PaddedWindow {
  readonly window: SlidingWindow;
  readonly pads: Pads;
}

/** Each element of `dy` shared evenly by the elements of its window, those beyond the pads left out. */
export function averagePoolGradient(
  b: Emitter,
  { x, dy }: { x: Value; dy: Value },
  padded: PaddedWindow & { readonly countsPads: boolean },
): Value {
  const counts = padded.window.kernel.map((_, axis) => windowCounts(b, { x, dy }, { ...padded, axis }));
  const share = b.op("Div", [dy, counts.reduce((product, count) => b.op("Mul", [product, count]))]);
  return spreadOverWindows(b, { x, dy: withShape(b, share, dy) }, padded);
}

/** How many elements of one axis each window holds: a scalar, or one count per place of that axis. */
function windowCounts(
  b: Emitter,
  { x, dy }: { x: Value; dy: Value },
  { window, pads, countsPads, axis }: PaddedWindow & { readonly countsPads: boolean; readonly axis: number },
): Value {
  const [length, stride, dilation] = [window.kernel[axis]!, window.strides[axis]!, window.dilations[axis]!];
  const [before, after] = [pads.before[axis]!, pads.after[axis]!];
  const [size, places] = [x.shape[axis + 2]!, dy.shape[axis + 2]!];
  const shape = [places, ...window.kernel.slice(axis + 1).map(() => 1)];
  const taps = Array.from({ length }, (_, tap) => tap * dilation - before);
  const first = countsPads ? -before : 0;
  if (typeof size === "number" && typeof places === "number") {
    const end = countsPads ? size + after : size;
    const counts = Array.from(
      { length: places },
      (_, place) => taps.map((tap) => tap + place * stride).filter((at) => at >= first && at < end).length,
    );
    if (counts.every((count) => count === counts[0])) return b.scalar(counts[0]!, x.dtype);
    return b.constant(x.dtype, shape as readonly number[], counts);
  }
  const placeCount = b.op("Squeeze", [shapeValue(b, dy, axis + 2, axis + 3), b.ints([0])]);
  const starts = b.op("Mul", [
    b.op("Range", [b.scalar(0, "int64"), placeCount, b.scalar(1, "int64")]),
    b.ints([stride]),
  ]);
  const at = b.op("Add", [b.op("Unsqueeze", [starts, b.ints([1])]), b.ints(taps)]); // [places, taps]
  const end = b.op("Add", [shapeValue(b, x, axis + 2, axis + 3), b.ints([countsPads ? after : 0])]);
  const isInside = b.op("And", [b.op("Not", [b.op("Less", [at, b.ints([first])])]), b.op("Less", [at, end])]);
  const inside = b.op("Cast", [isInside], { to: DTYPES[x.dtype].onnx });
  const counts = b.op("ReduceSum", [inside, b.ints([1])], { keepdims: 0 });
  return b.op("Reshape", [counts, b.ints([-1, ...shape.slice(1).map(() => 1)])]);
}

/**
 * y = (Σ |x|^p)^(1/p) gives dx = sign x · |x|^(p−1) · Σ dy / y^(p−1), over the windows that an element lies in; 0 where a window holds
 * zeros only.
 */
export function lpPoolGradient(
  b: Emitter,
  { x, y, dy, p }: { x: Value; y: Value; dy: Value; p: number },
  padded: PaddedWindow,
): Value {
  if (p === 1) return b.op("Mul", [b.op("Sign", [x]), spreadOverWindows(b, { x, dy }, padded)]);
  const { inner, outer } = lpFactors(b, { x, y, p });
  return b.op("Mul", [inner, spreadOverWindows(b, { x, dy: b.op("Div", [dy, outer]) }, padded)]);
}

/** sign x · |x|^(p−1), and y^(p−1) kept away from the zeros at which float32's powers end, for p > 1. */
export function lpFactors(
  b: Emitter,
  { x, y, p }: { x: Value; y: Value; p: number },
): { readonly inner: Value; readonly outer: Value } {
  const power = (value: Value) => (p === 2 ? value : b.op("Pow", [value, b.scalar(p - 1, value.dtype)]));
  const outer = b.op("Max", [power(y), b.scalar(1e-30, y.dtype)]);
  if (p === 2) return { inner: x, outer };
  return { inner: b.op("Mul", [b.op("Sign", [x]), power(b.op("Abs", [x]))]), outer };
}

/** Each element of `dy` at all elements of its window, added up: by a transposed convolution, channel by channel. */
function spreadOverWindows(b: Emitter, { x, dy }: { x: Value; dy: Value }, padded: PaddedWindow): Value {
  const { window } = padded;
  const { kernel } = window;
  const pads = reachedPads({ x, dy }, padded);
  if (!isPadded(pads) && isPartition(x.shape.slice(2), window)) return repeat(b, dy, { x, kernel });
  const alone = (value: Value) => b.op("Reshape", [value, shapeVector(b, [[-1, 1], shapePart(b, value, 2)])]);
  const operands = { dFeatures: alone(dy), weight: onesOf(b, x.dtype, kernel), image: alone(x) };
  return reshapeLike(b, imageGradient(b, operands, { window, pads, group: 1 }), x);
}

/**
 * The pads, with what `ceil_mode` lets the last window reach beyond them; unknown sizes are cut where they
 * are known.
 */
function reachedPads({ x, dy }: { x: Value; dy: Value }, { window, pads }: PaddedWindow): Pads {
  const after = pads.after.map((pad, axis) => {
    const [size, places] = [x.shape[axis + 2]!, dy.shape[axis + 2]!];
    if (typeof size === "string" || typeof places === "string") return pad;
    const end = (places - 1) * window.strides[axis]! + reach(window, axis) + 1;
    return Math.max(pad, end - size - pads.before[axis]!);
  });
  return { before: pads.before, after };
}

function onesOf(b: Emitter, dtype: DType, kernel: readonly number[]): Value {
  const size = kernel.reduce((product, length) => product * length, 1);
  return b.constant(dtype, [1, 1, ...kernel], new Array<number>(size).fill(1));
}

function isPadded(pads: Pads): boolean {
  return joinPads(pads).some((pad) => pad > 0);
}

/** Whether the windows stand side by side and cover everything. */
function isPartition(sizes: Shape, { kernel, strides, dilations }: SlidingWindow): boolean {
  return sizes.every(
    (size, axis) =>
      typeof size === "number" && size % kernel[axis]! === 0 && strides[axis] === kernel[axis] && dilations[axis] === 1,
  );
}

/** Whether ONNX Runtime's Resize repeats elements of such a value. */
function isResizable({ dtype, shape }: Value): boolean {
  return dtype === "float32" && shape.length === 4;
}

/** Each element as a block of the kernel's size. */
function repeat(b: Emitter, value: Value, { x, kernel }: { x: Value; kernel: readonly number[] }): Value {
  if (isResizable(value)) {
    const scales = b.constant("float32", [value.shape.length], [1, 1, ...kernel]);
    const nearest = { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" };
    return withShape(b, b.op("Resize", [value, undefined, scales], nearest), x);
  }
  const places: Shape = value.shape.slice(2);
  if (!isStatic(places)) throw new Error(`sizes of ${value.name} are known when those of ${x.name} are`);
  const channels = Number(value.shape[1]);
  const apart = b.op("Reshape", [value, b.ints([-1, channels, ...places.flatMap((size) => [size, 1])])]);
  const blocks = [1, 1, ...kernel.flatMap((length) => [1, length])];
  return reshapeLike(b, b.op("Tile", [apart, b.ints(blocks)]), x);
}
