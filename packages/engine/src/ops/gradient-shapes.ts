import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES, numericDType } from "../tensor/dtype.ts";
import { isStatic, multiplyDimensions } from "../tensor/shape.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { shapePart, shapeVector, withShape } from "./shape-values.ts";

/**
 * Undoes broadcasting: sums `dy` over the axes along which `x` was repeated, so that the result has the shape
 * of `x`.
 *
 * Leading axes are summed through a two-dimensional reshape, which ONNX Runtime reduces several times faster.
 *
 * @param options.ownAxes How many of the last axes are those of `x` for certain, whatever their names.
 * Default 0.
 */
export function sumToShape(b: Emitter, dy: Value, x: Value, { ownAxes = 0 } = {}): Value {
  const lead = dy.shape.length - x.shape.length;
  const repeated: number[] = [];
  const unsure: number[] = [];
  for (let axis = lead; axis < dy.shape.length - ownAxes; axis++) {
    const size = x.shape[axis - lead]!;
    if (size === dy.shape[axis]) continue;
    if (size === 1) repeated.push(axis);
    else if (typeof size === "string") unsure.push(axis);
  }
  if (unsure.length > 0) dy = sumWhereRepeated(b, dy, { like: x, axes: unsure });
  return withShape(b, sumOver(b, dy, { x, lead, repeated }), x);
}

/**
 * Sums over those of some axes along which `like`, of whose sizes only a run can tell, was repeated: they
 * have size 1 there.
 */
function sumWhereRepeated(
  b: Emitter,
  dy: Value,
  { like, axes }: { readonly like: Value; readonly axes: readonly number[] },
): Value {
  const lead = dy.shape.length - like.shape.length;
  const [before, after] = [like, dy].map((value, i) =>
    shapeVector(
      b,
      axes.map((axis) => shapePart(b, value, axis - (i === 0 ? lead : 0), axis + 1 - (i === 0 ? lead : 0))),
    ),
  );
  const isRepeated = b.op("Not", [b.op("Equal", [before, after])]);
  const repeated = b.op("Compress", [b.ints(axes), isRepeated], { axis: 0 });
  return b.op("ReduceSum", [dy, repeated], { keepdims: 1, noop_with_empty_axes: 1 });
}

function sumOver(
  b: Emitter,
  dy: Value,
  { x, lead, repeated }: { readonly x: Value; readonly lead: number; readonly repeated: readonly number[] },
): Value {
  if (lead === 0 && repeated.length === 0) return dy;
  if (repeated.length > 0) dy = b.op("ReduceSum", [dy, b.ints(repeated)], { keepdims: 1 });
  if (lead === 0) return dy;
  const rest = dy.shape.slice(lead);
  const size = multiplyDimensions(rest);
  if (typeof size !== "number" || size === 0) {
    return b.op("ReduceSum", [dy, b.ints(Array.from({ length: lead }, (_, axis) => axis))], { keepdims: 0 });
  }
  const rows = dy.shape.length === 2 && lead === 1 ? dy : b.op("Reshape", [dy, b.ints([-1, size])]);
  return reshapeLike(b, sumRows(b, rows), x);
}

/** Below so many columns ReduceSum is as fast. */
const WIDE = 64;

/** The sum of a matrix's rows, as a product with a row of ones: ONNX Runtime makes it in half of ReduceSum's time. */
function sumRows(b: Emitter, rows: Value): Value {
  if (Number(rows.shape[1]) < WIDE) return b.op("ReduceSum", [rows, b.ints([0])], { keepdims: 0 });
  const shape = shapeVector(b, [[1], shapePart(b, rows, 0, 1)]);
  const ones = b.op("ConstantOfShape", [shape], { value: tensorFrom(numericDType(rows.dtype), [1], [1]) });
  return b.op("MatMul", [ones, rows]);
}

/** `value` in the shape of `like`; both hold the same number of elements. */
export function reshapeLike(b: Emitter, value: Value, like: Value): Value {
  if (value.shape.length === like.shape.length && value.shape.every((size, axis) => size === like.shape[axis]))
    return value;
  const symbols = like.shape.filter((size) => typeof size === "string");
  if (symbols.length <= 1 && !like.shape.includes(0)) {
    return b.op("Reshape", [value, b.ints(like.shape.map((size) => (typeof size === "number" ? size : -1)))]);
  }
  return b.op("Reshape", [value, b.op("Shape", [like])], { allowzero: 1 });
}

/** Repeats `value`, whose axes are those of `like` or 1, to the shape of `like`. */
export function expandLike(b: Emitter, value: Value, like: Value): Value {
  return b.op("Expand", [value, isStatic(like.shape) ? b.ints(like.shape) : b.op("Shape", [like])]);
}

/** `value` where the condition holds, 0 elsewhere. */
export function zerosWhereNot(b: Emitter, condition: Value, value: Value): Value {
  return b.op("Where", [condition, value, b.scalar(0, value.dtype)]);
}

/** How many elements of `x` lie along some axes, as a scalar of the dtype of `x`; computed when the graph runs if sizes are symbols. */
export function countAlong(b: Emitter, x: Value, axes: readonly number[]): Value {
  const count = multiplyDimensions(axes.map((axis) => x.shape[axis]!));
  if (typeof count === "number") return b.scalar(count, x.dtype);
  const total = () => b.op("ReduceProd", [b.op("Gather", [b.op("Shape", [x]), b.ints(axes)])], { keepdims: 0 });
  return b.op("Cast", [axes.length === x.shape.length ? b.op("Size", [x]) : total()], { to: DTYPES[x.dtype].onnx });
}
