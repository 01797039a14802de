import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { isStatic, type Shape } from "../tensor/shape.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { imageGradient } from "./convolution-gradients.ts";
import { reshapeLike } from "./gradient-shapes.ts";
import { shapePart, shapeValue, shapeVector, withShape, zerosLike } from "./shape-values.ts";
import { joinPads, type Pads, type SlidingWindow, type WindowAttributes } from "./sliding-window.ts";

/**
 * Each element of `dy` added to the place that its window's maximum came from.
 *
 * A forward pass that does not keep the places runs a faster kernel; the pool is then repeated for them here. Windows that do not overlap
 * share no place; for others ScatterElements adds one element after the other, which takes twice as long.
 */
export function maxPoolGradient(
  b: GraphBuilder,
  { x, indices, dy }: { x: Value; indices: Value | undefined; dy: Value },
  attributes: WindowAttributes,
): Value {
  const places = indices ?? b.multi("MaxPool", [x], 2, { ...attributes })[1]!;
  const { kernel_shape, strides, dilations } = attributes;
  const isApart = kernel_shape!.every((size, axis) => (strides?.[axis] ?? 1) >= size && (dilations?.[axis] ?? 1) === 1);
  if (isApart) return withShape(b, b.op("MaxUnpool", [dy, places, shapeValue(b, x)], { kernel_shape, strides }), x);
  const flat = (value: Value) => b.op("Reshape", [value, b.ints([-1])]);
  const updates = b.op("Reshape", [dy, b.op("Shape", [flat(places)])]);
  const dx = b.op("ScatterElements", [zerosLike(b, flat(x)), flat(places), updates], { axis: 0, reduction: "add" });
  return reshapeLike(b, dx, x);
}

/** Each element of `dy` shared evenly by the elements of its window: spread by a transposed convolution, channel by channel. */
export function averagePoolGradient(
  b: GraphBuilder,
  { x, dy }: { x: Value; dy: Value },
  options: { readonly window: SlidingWindow; readonly pads: Pads; readonly countsPads: boolean },
): Value {
  const { window, pads, countsPads } = options;
  const { kernel, strides, dilations } = window;
  const size = kernel.reduce((product, length) => product * length, 1);
  const ones = b.constant(x.dtype, [1, 1, ...kernel], new Array<number>(size).fill(1));
  const isPadded = joinPads(pads).some((pad) => pad > 0);
  const counts = () => {
    const shape = shapeVector(b, [[1, 1], shapePart(b, x, 2)]);
    const image = b.op("ConstantOfShape", [shape], { value: tensorFrom(x.dtype, [1], [1]) });
    return b.op("Conv", [image, ones], { kernel_shape: kernel, strides, dilations, pads: joinPads(pads) });
  };
  const share = b.op("Div", [dy, countsPads || !isPadded ? b.scalar(size, x.dtype) : counts()]);
  if (!isPadded && isPartition(x.shape.slice(2), window)) return repeat(b, share, { x, kernel });
  const alone = (value: Value) => b.op("Reshape", [value, shapeVector(b, [[-1, 1], shapePart(b, value, 2)])]);
  const image = alone(x);
  const spread = imageGradient(b, { dFeatures: alone(share), weight: ones, image }, { window, pads, group: 1 });
  return reshapeLike(b, spread, x);
}

/** Whether the windows stand side by side and cover everything. */
function isPartition(sizes: Shape, { kernel, strides, dilations }: SlidingWindow): boolean {
  return sizes.every(
    (size, axis) =>
      typeof size === "number" && size % kernel[axis]! === 0 && strides[axis] === kernel[axis] && dilations[axis] === 1,
  );
}

/** Each element as a block of the kernel's size. */
function repeat(b: GraphBuilder, value: Value, { x, kernel }: { x: Value; kernel: readonly number[] }): Value {
  const places: Shape = value.shape.slice(2);
  if (!isStatic(places)) throw new Error(`sizes of ${value.name} are known when those of ${x.name} are`);
  const channels = Number(value.shape[1]);
  const apart = b.op("Reshape", [value, b.ints([-1, channels, ...places.flatMap((size) => [size, 1])])]);
  const blocks = [1, 1, ...kernel.flatMap((length) => [1, length])];
  return reshapeLike(b, b.op("Tile", [apart, b.ints(blocks)]), x);
}
