import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { type Dimension, normalizeAxis, showShape } from "../tensor/shape.ts";
import { reshapeLike } from "./gradient-shapes.ts";
import { defineOperator, type InferenceContext, notDifferentiable, type Operator } from "./operator.ts";
import { broadcastElement, stridesOf, tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { SCATTER_GRADIENTS, type ScatterPlaces } from "./scatter-gradients.ts";
import {
  checkedAxis,
  knownNumbers,
  mayEqual,
  type ShapePart,
  shapePart,
  shapeValue,
  shapeVector,
  unknownDimension,
  zerosLike,
} from "./shape-values.ts";
import { padTo } from "./slice-places.ts";

type Rule = Pick<InferenceContext<Record<never, never>>, "inputs" | "contents" | "fail" | "where">;

/**
 * Elements picked and placed by index.
 *
 * Backward sums go through ScatterElements, which ONNX Runtime runs on one thread. ScatterND with a reduction is never emitted: on
 * several threads it loses updates to repeated indices.
 */
export const indexing = {
  Gather: defineOperator({
    inputs: ["data", "indices"],
    outputs: ["output"],
    strings: "moved",
    attributes: { axis: { type: "int", default: 0 } },
    infer: (c) => {
      const [x, indices] = c.inputs;
      checkIndices(c, indices);
      const axis = checkedAxis(c, c.attributes.axis, x.shape.length);
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      const [elements, picked] = [c.contents(0), knownNumbers(c.contents(1))];
      const known = elements !== undefined && picked !== undefined && x.shape.length === 1;
      const contents = known ? picked.map((index) => elements.at(index)) : undefined;
      const complete = contents?.every((element) => element !== undefined) === true;
      return [{ dtype: x.dtype, shape, contents: complete ? (contents as Dimension[]) : undefined }];
    },
    gradient: ({ b, inputs: [x, indices], attributes, dy }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      const known = knownNumbers(b.contents(indices));
      if (known?.length === 1)
        return [padTo(b, keepAxis(b, dy, { x, indices, axis }), { like: x, axes: [axis], starts: known })];
      const rows = keepAxis(b, dy, { x, indices, axis });
      const places = b.op("Reshape", [indices, b.ints(x.shape.map((_, i) => (i === axis ? -1 : 1)))]);
      const spread = b.op("Expand", [places, shapeValue(b, rows)]);
      return [b.op("ScatterElements", [zerosLike(b, x), spread, rows], { axis, reduction: "add" })];
    },
    reference: ([x, indices], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      const rank = indices.shape.length;
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      return [
        tabulate(x.dtype, shape, (index) => {
          const picked = broadcastElement(indices, index.slice(axis, axis + rank));
          const at = normalizeAxis(picked, x.shape[axis]!);
          return broadcastElement(x, [...index.slice(0, axis), at, ...index.slice(axis + rank)]);
        }),
      ];
    },
  }),

  GatherElements: defineOperator({
    inputs: ["data", "indices"],
    outputs: ["output"],
    strings: "moved",
    attributes: { axis: { type: "int", default: 0 } },
    infer: (c) => {
      const [x, indices] = c.inputs;
      checkIndices(c, indices);
      checkedAxis(c, c.attributes.axis, x.shape.length);
      if (indices.shape.length !== x.shape.length) {
        c.fail(`indices have rank ${x.shape.length}`, showShape(indices.shape));
      }
      return [{ dtype: x.dtype, shape: indices.shape }];
    },
    gradient: ({ b, inputs: [x, indices], attributes, dy }) => [
      b.op("ScatterElements", [zerosLike(b, x), indices, dy], { axis: attributes.axis, reduction: "add" }),
    ],
    reference: ([x, indices], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      return [
        tabulate(x.dtype, indices.shape, (index, flat) =>
          broadcastElement(x, index.with(axis, normalizeAxis(indices.data[flat]!, x.shape[axis]!))),
        ),
      ];
    },
  }),

  GatherND: defineOperator({
    inputs: ["data", "indices"],
    outputs: ["output"],
    strings: "moved",
    attributes: { batch_dims: { type: "int", default: 0 } },
    infer: (c) => {
      const [x, indices] = c.inputs;
      checkIndices(c, indices);
      const { batch_dims: batch } = c.attributes;
      const depth = indexDepth(c, x, indices, batch);
      return [{ dtype: x.dtype, shape: [...indices.shape.slice(0, -1), ...x.shape.slice(batch + depth)] }];
    },
    gradient: ({ b, inputs: [x, indices], attributes: { batch_dims: batch }, dy }) => [
      rowScatter(b, { x, indices, batch })(zerosLike(b, x), dy, "add"),
    ],
    reference: ([x, indices], { attributes: { batch_dims: batch } }) => {
      const depth = indices.shape.at(-1)!;
      const outer = indices.shape.length - 1;
      return [
        tabulate(x.dtype, [...indices.shape.slice(0, -1), ...x.shape.slice(batch + depth)], (index) => {
          const tuple = Array.from({ length: depth }, (_, i) =>
            normalizeAxis(broadcastElement(indices, [...index.slice(0, outer), i]), x.shape[batch + i]!),
          );
          return broadcastElement(x, [...index.slice(0, batch), ...tuple, ...index.slice(outer)]);
        }),
      ];
    },
  }),

  ScatterElements: defineOperator({
    inputs: ["data", "indices", "updates"],
    outputs: ["output"],
    strings: "moved",
    attributes: { axis: { type: "int", default: 0 }, reduction: { type: "string", default: "none" } },
    infer: (c) => {
      const [x, indices, updates] = c.inputs;
      checkIndices(c, indices);
      checkedAxis(c, c.attributes.axis, x.shape.length);
      const fits =
        indices.shape.length === x.shape.length &&
        updates.shape.length === x.shape.length &&
        indices.shape.every((size, axis) => mayEqual(size, updates.shape[axis]));
      if (!fits) {
        c.fail(
          `indices and updates have one shape of rank ${x.shape.length}`,
          `${showShape(indices.shape)} and ${showShape(updates.shape)}`,
        );
      }
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    gradient: ({ b, inputs: [data, indices, updates], outputs: [y], attributes: { axis, reduction }, dy, needs }) => {
      const gradients =
        SCATTER_GRADIENTS[reduction] ?? refuseGradient(y, "ScatterElements", `reduction "${reduction}"`);
      const places: ScatterPlaces = {
        scatter: (into, values, how) => b.op("ScatterElements", [into, indices, values], { axis, reduction: how }),
        gather: (from) => b.op("GatherElements", [from, indices], { axis }),
      };
      return gradients({ b, places, data, updates, y, dy, needs });
    },
    reference: ([x, indices, updates], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      const strides = stridesOf(x.shape);
      const data = x.data.slice();
      tabulate(x.dtype, indices.shape, (index, flat) => {
        const at = index.with(axis, normalizeAxis(indices.data[flat]!, x.shape[axis]!));
        place(data, dot(at, strides), updates.data[flat]!, attributes.reduction);
        return 0;
      });
      return [{ ...x, data }];
    },
  }),

  ScatterND: defineOperator({
    inputs: ["data", "indices", "updates"],
    outputs: ["output"],
    strings: "moved",
    attributes: { reduction: { type: "string", default: "none" } },
    infer: (c) => {
      const [x, indices, updates] = c.inputs;
      checkIndices(c, indices);
      const depth = indexDepth(c, x, indices, 0);
      const wanted = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
      const { shape } = updates;
      if (shape.length !== wanted.length || !shape.every((size, axis) => mayEqual(size, wanted[axis]))) {
        c.fail(`updates have shape ${showShape(wanted)}`, showShape(shape));
      }
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    gradient: ({ b, inputs: [data, indices, updates], outputs: [y], attributes: { reduction }, dy, needs }) => {
      const gradients = SCATTER_GRADIENTS[reduction] ?? refuseGradient(y, "ScatterND", `reduction "${reduction}"`);
      const rows = rowScatter(b, { x: data, indices });
      const places: ScatterPlaces = {
        scatter: (into, values, how) =>
          how === "none" ? b.op("ScatterND", [into, indices, values]) : rows(into, values, how),
        gather: (from) => b.op("GatherND", [from, indices]),
      };
      return gradients({ b, places, data, updates, y, dy, needs });
    },
    reference: ([x, indices, updates], { attributes }) => {
      const depth = indices.shape.at(-1)!;
      const outer = indices.shape.length - 1;
      const strides = stridesOf(x.shape);
      const data = x.data.slice();
      tabulate(x.dtype, updates.shape, (index, flat) => {
        const tuple = Array.from({ length: depth }, (_, i) =>
          normalizeAxis(broadcastElement(indices, [...index.slice(0, outer), i]), x.shape[i]!),
        );
        place(data, dot([...tuple, ...index.slice(outer)], strides), updates.data[flat]!, attributes.reduction);
        return 0;
      });
      return [{ ...x, data }];
    },
  }),

  OneHot: defineOperator({
    inputs: ["indices", "depth", "values"],
    outputs: ["output"],
    attributes: { axis: { type: "int", default: -1 } },
    infer: (c) => {
      const [indices, , values] = c.inputs;
      const axis = checkedAxis(c, c.attributes.axis, indices.shape.length + 1);
      const depth = c.contents(1)?.[0] ?? unknownDimension(c.where, axis);
      return [{ dtype: values.dtype, shape: indices.shape.toSpliced(axis, 0, depth) }];
    },
    gradient: notDifferentiable("indices are whole numbers, and its two values are constants"),
    reference: ([indices, depth, values], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, indices.shape.length + 1);
      const size = depth.data[0]!;
      const [off, on] = [values.data[0]!, values.data[1]!];
      return [
        tabulate(values.dtype, indices.shape.toSpliced(axis, 0, size), (index) => {
          const hot = broadcastElement(indices, index.toSpliced(axis, 1));
          return normalizeAxis(hot, size) === index[axis] ? on : off;
        }),
      ];
    },
  }),

  CumSum: defineOperator({
    inputs: ["x", "axis"],
    outputs: ["y"],
    attributes: { exclusive: { type: "int", default: 0 }, reverse: { type: "int", default: 0 } },
    infer: (c) => {
      const [x] = c.inputs;
      const axis = knownNumbers(c.contents(1))?.[0];
      if (axis !== undefined) checkedAxis(c, axis, x.shape.length);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    /** Element i is in the sums from i on, so the gradient is the sum from the other end. */
    gradient: ({ b, inputs: [, axis], attributes: { exclusive, reverse }, dy }) => [
      b.op("CumSum", [dy, axis], { exclusive, reverse: 1 - reverse }),
    ],
    reference: ([x, axisValue], { attributes: { exclusive, reverse } }) => {
      const axis = normalizeAxis(axisValue.data[0]!, x.shape.length);
      const size = x.shape[axis]!;
      return [
        tabulate(x.dtype, x.shape, (index) => {
          const at = index[axis]!;
          const [from, to] = reverse === 1 ? [at + exclusive, size - 1] : [0, at - exclusive];
          let sum = 0;
          for (let i = from; i <= to; i++) sum += broadcastElement(x, index.with(axis, i));
          return sum;
        }),
      ];
    },
  }),

  Trilu: defineOperator({
    inputs: ["input", "k?"],
    outputs: ["output"],
    attributes: { upper: { type: "int", default: 1 } },
    infer: (c) => {
      const [x] = c.inputs;
      if (x.shape.length < 2) c.fail("the input is a matrix or a batch of them", showShape(x.shape));
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    gradient: ({ b, inputs: [, k], attributes: { upper }, dy }) => [b.op("Trilu", [dy, k], { upper })],
    reference: ([x, k], { attributes: { upper } }) => {
      const diagonal = k?.data[0] ?? 0;
      return [
        tabulate(x.dtype, x.shape, (index, flat) => {
          const distance = index.at(-1)! - index.at(-2)! - diagonal;
          return (upper === 1 ? distance >= 0 : distance <= 0) ? x.data[flat]! : 0;
        }),
      ];
    },
  }),
} satisfies Record<string, Operator>;

function checkIndices(c: Rule, indices: Value): void {
  if (indices.dtype !== "int64" && indices.dtype !== "int32") c.fail("indices are int32 or int64", indices.dtype);
}

/** How many axes the tuples of GatherND and ScatterND index. */
function indexDepth(c: Rule, x: Value, indices: Value, batch: number): number {
  const depth = indices.shape.at(-1);
  const most = x.shape.length - batch;
  if (typeof depth !== "number" || depth < 1 || depth > most || batch >= indices.shape.length) {
    return c.fail(`the last axis of indices has 1 to ${most} elements`, showShape(indices.shape));
  }
  return depth;
}

/** The gradient of Gather's output with the axes of its indices merged into the one that they index. */
function keepAxis(b: Emitter, dy: Value, gather: { x: Value; indices: Value; axis: number }): Value {
  const { x, indices, axis } = gather;
  if (indices.shape.length === 1) return dy;
  const rank = x.shape.length;
  const parts: ShapePart[] = [[-1]];
  if (axis > 0) parts.unshift(shapePart(b, x, 0, axis));
  if (axis < rank - 1) parts.push(shapePart(b, x, axis + 1, rank));
  return b.op("Reshape", [dy, shapeVector(b, parts)]);
}

/**
 * What ScatterND does with a reduction, by ScatterElements: the indexed axes become one, and index tuples the
 * numbers of its rows.
 *
 * @param places.batch How many first axes the indices share with `x`, as in GatherND. Default 0.
 */
function rowScatter(
  b: Emitter,
  { x, indices, batch = 0 }: { readonly x: Value; readonly indices: Value; readonly batch?: number },
): (data: Value, updates: Value, reduction: "add" | "mul") => Value {
  const rest = x.shape.slice(batch + (indices.shape.at(-1) as number));
  const flat = (value: Value) =>
    b.op("Reshape", [value, shapeVector(b, [[-1], shapePart(b, x, x.shape.length - rest.length)])]);
  return (data, updates, reduction) => {
    const rows = flat(updates);
    const numbers = b.op("Reshape", [rowNumbers(b, { x, indices, batch }), b.ints([-1, ...rest.map(() => 1)])]);
    const spread = b.op("Expand", [numbers, b.op("Shape", [rows])]);
    return reshapeLike(b, b.op("ScatterElements", [flat(data), spread, rows], { axis: 0, reduction }), data);
  };
}

/** Index tuples as numbers of rows in the row-major order of the shared and the indexed axes. */
function rowNumbers(
  b: Emitter,
  { x, indices, batch }: { readonly x: Value; readonly indices: Value; readonly batch: number },
): Value {
  const depth = indices.shape.at(-1) as number;
  let stride = b.ints([1]);
  let numbers: Value | undefined;
  for (let i = depth - 1; i >= 0; i--) {
    const size = shapeValue(b, x, batch + i, batch + i + 1);
    const column = b.op("Gather", [indices, b.scalar(i, "int64")], { axis: -1 });
    const index = column.dtype === "int64" ? column : b.op("Cast", [column], { to: DTYPES.int64.onnx });
    const fromFront = b.op("Where", [b.op("Less", [index, b.ints([0])]), b.op("Add", [index, size]), index]);
    const offset = b.op("Mul", [fromFront, stride]);
    numbers = numbers === undefined ? offset : b.op("Add", [numbers, offset]);
    stride = b.op("Mul", [stride, size]);
  }
  if (batch === 0) return numbers!;
  const shared = shapePart(b, x, 0, batch);
  const count = b.op("ReduceProd", [shapeVector(b, [shared])], { keepdims: 0 });
  const firsts = b.op("Range", [b.scalar(0, "int64"), count, b.scalar(1, "int64")]);
  const others = indices.shape.slice(batch, -1).map(() => 1);
  return b.op("Add", [b.op("Mul", [b.op("Reshape", [firsts, shapeVector(b, [shared, others])]), stride]), numbers!]);
}

function dot(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
}

function place(data: Float64Array, at: number, update: number, reduction: string): void {
  const old = data[at]!;
  const combine: Record<string, number> = {
    none: update,
    add: old + update,
    mul: old * update,
    max: Math.max(old, update),
    min: Math.min(old, update),
  };
  data[at] = combine[reduction]!;
}
