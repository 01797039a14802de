import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { type Dimension, isStatic } from "../tensor/shape.ts";
import { padAlong } from "./pad-along.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { shapePart, shapeVector, withShape } from "./shape-values.ts";

/** Exporters write "to the end" as the greatest int32 or int64. */
export const TO_THE_END = 2 ** 31 - 1;

/** NumPy's slice: first index, step and number of elements. */
export function sliceRange(size: number, start: number, end: number, step: number) {
  const clamp = (index: number, low: number, high: number) =>
    Math.max(low, Math.min(high, index < 0 ? index + size : index));
  const [from, to] =
    step > 0 ? [clamp(start, 0, size), clamp(end, 0, size)] : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
  return { start: from, step, length: size === 0 ? 0 : Math.max(0, Math.ceil((to - from) / step)) };
}

/**
 * `part` with zeros around it, in the shape of `like`.
 *
 * @param place.starts Where the part begins on each of the axes; negative ones count from the end.
 */
export function padTo(
  b: Emitter,
  part: Value,
  place: { like: Value; axes: readonly number[]; starts: readonly Dimension[] | Value },
): Value {
  const { like, axes, starts } = place;
  const sizes = axes.map((axis) => like.shape[axis]!);
  const lengths = axes.map((axis) => part.shape[axis]!);
  if (Array.isArray(starts) && isStatic(starts as readonly Dimension[])) {
    const numbers = starts as readonly number[];
    if (isStatic(sizes) && isStatic(lengths)) {
      const before = numbers.map((start, i) => sliceRange(sizes[i]!, start, sizes[i]!, 1).start);
      const after = before.map((start, i) => sizes[i]! - start - lengths[i]!);
      return withShape(b, padAlong(b, part, { axes, pads: [...before, ...after] }), like);
    }
    if (numbers.every((start) => start >= 0)) {
      return dynamicPad(b, part, { like, axes, before: b.ints(numbers) });
    }
  }
  const first = Array.isArray(starts) ? undefined : (starts as Value);
  const given =
    first ??
    shapeVector(
      b,
      (starts as readonly Dimension[]).map((start) =>
        typeof start === "number" ? [start] : refuseGradient(part, "Slice", `start ${start} has no value of its own`),
      ),
    );
  const size = shapeVector(
    b,
    axes.map((axis) => shapePart(b, like, axis, axis + 1)),
  );
  const fromFront = b.op("Where", [b.op("Less", [given, b.ints([0])]), b.op("Add", [given, size]), given]);
  const before = b.op("Min", [b.op("Max", [fromFront, b.ints([0])]), size]);
  return dynamicPad(b, part, { like, axes, before });
}

/** Pads whose amounts are computed when the graph runs. */
function dynamicPad(
  b: Emitter,
  part: Value,
  { like, axes, before }: { like: Value; axes: readonly number[]; before: Value },
): Value {
  const sizesOf = (value: Value) =>
    shapeVector(
      b,
      axes.map((axis) => shapePart(b, value, axis, axis + 1)),
    );
  const after = b.op("Sub", [b.op("Sub", [sizesOf(like), before]), sizesOf(part)]);
  const pads = b.op("Concat", [before, after], { axis: 0 });
  return withShape(b, padAlong(b, part, { axes, pads }), like);
}

/** The elements of one axis in the opposite order. */
export function reverse(b: Emitter, value: Value, axis: number): Value {
  const [starts, ends, axes, steps] = [-1, -TO_THE_END, axis, -1].map((number) => b.ints([number]));
  return b.op("Slice", [value, starts, ends, axes, steps]);
}
