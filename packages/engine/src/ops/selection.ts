import { type Dimension, multiplyDimensions, normalizeAxis, showShape } from "../tensor/shape.ts";
import { reshapeLike } from "./gradient-shapes.ts";
import { defineOperator, notDifferentiable, type Operator, type ReferenceTensor } from "./operator.ts";
import { broadcastElement, stridesOf, tabulate } from "./reference-kernels.ts";
import { checkedAxis, shapePart, shapeValue, shapeVector, unknownDimension, zerosLike } from "./shape-values.ts";

/** Operators whose output is as large as the data says. */
export const selection = {
  /** The slices along an axis, or the elements of the flat tensor, at which a boolean vector is true; it may end early. */
  Compress: defineOperator({
    inputs: ["input", "condition"],
    outputs: ["output"],
    strings: "moved",
    attributes: { axis: { type: "int" } },
    infer: (c) => {
      const [x, condition] = c.inputs;
      if (condition.dtype !== "bool" || condition.shape.length !== 1)
        c.fail("the condition is a boolean vector", `${condition.dtype} ${showShape(condition.shape)}`);
      const count = unknownDimension(c.where, 0);
      if (c.attributes.axis === undefined) return [{ dtype: x.dtype, shape: [count] }];
      const axis = checkedAxis(c, c.attributes.axis, x.shape.length);
      return [{ dtype: x.dtype, shape: x.shape.with(axis, count) }];
    },
    gradient: ({ b, inputs: [x, condition], dy, attributes }) => {
      const isFlat = attributes.axis === undefined;
      const axis = isFlat ? 0 : normalizeAxis(attributes.axis, x.shape.length);
      const ones = (count: number) => new Array<number>(count).fill(1);
      const sizes = [ones(axis), shapePart(b, dy, axis, axis + 1), ones(dy.shape.length - axis - 1)];
      const places = b.op("Reshape", [b.op("NonZero", [condition]), shapeVector(b, sizes)], { allowzero: 1 });
      const zeros = zerosLike(b, x);
      const flat = isFlat ? b.op("Reshape", [zeros, b.ints([-1])]) : zeros;
      const spread = b.op("Expand", [places, shapeValue(b, dy)]);
      return [reshapeLike(b, b.op("ScatterElements", [flat, spread, dy], { axis }), x)];
    },
    reference: ([x, condition], { attributes: { axis } }) => {
      const flat: ReferenceTensor = axis === undefined ? { ...x, shape: [x.data.length] } : x;
      const at = normalizeAxis(axis ?? 0, flat.shape.length);
      const kept = Array.from(condition.data.keys()).filter((i) => condition.data[i] !== 0);
      return [
        tabulate(flat.dtype, flat.shape.with(at, kept.length), (index) =>
          broadcastElement(flat, index.with(at, kept[index[at]!]!)),
        ),
      ];
    },
  }),

  NonZero: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: (c) => [{ dtype: "int64", shape: [c.inputs[0].shape.length, unknownDimension(c.where, 1)] }],
    gradient: notDifferentiable("its output is made of indices"),
    reference: ([x]) => {
      const flats = Array.from(x.data.keys()).filter((flat) => x.data[flat] !== 0);
      const strides = stridesOf(x.shape);
      return [
        tabulate(
          "int64",
          [x.shape.length, flats.length],
          ([axis, i]) => Math.floor(flats[i!]! / strides[axis!]!) % x.shape[axis!]!,
        ),
      ];
    },
  }),

  /** Outputs: unique slices, index of the first of each, inverse index, counts. */
  Unique: defineOperator({
    inputs: ["X"],
    outputs: ["Y", "indices?", "inverse_indices?", "counts?"],
    attributes: { axis: { type: "int" }, sorted: { type: "int", default: 1 } },
    infer: (c) => {
      const [x] = c.inputs;
      const { axis } = c.attributes;
      const count = unknownDimension(c.where, 0);
      const at = normalizeAxis(axis ?? 0, x.shape.length);
      const all: Dimension = axis === undefined ? multiplyDimensions(x.shape) : x.shape[at]!;
      const shape = axis === undefined ? [count] : x.shape.with(at, count);
      return [
        { dtype: x.dtype, shape },
        { dtype: "int64", shape: [count] },
        { dtype: "int64", shape: [all] },
        { dtype: "int64", shape: [count] },
      ];
    },
    gradient: notDifferentiable("which elements are equal does not change smoothly; gather by its indices instead"),
    reference: ([x], { attributes: { axis, sorted }, outputCount }) => {
      const at = axis === undefined ? 0 : normalizeAxis(axis, x.shape.length);
      const flat: ReferenceTensor = axis === undefined ? { ...x, shape: [x.data.length] } : x;
      const slices = slicesAlong(flat, at);
      const firsts: number[] = [];
      for (const [i, slice] of slices.entries()) {
        if (!firsts.some((first) => compare(slices[first]!, slice) === 0)) firsts.push(i);
      }
      if (sorted === 1) firsts.sort((a, b) => compare(slices[a]!, slices[b]!));
      const inverse = slices.map((slice) => firsts.findIndex((first) => compare(slices[first]!, slice) === 0));
      const counts = firsts.map((_, i) => inverse.filter((unique) => unique === i).length);
      const inner = stridesOf(flat.shape)[at]!;
      const unique = tabulate(flat.dtype, flat.shape.with(at, firsts.length), (index) => {
        const outer = index.slice(0, at).reduce((row, i, n) => row * flat.shape[n]! + i, 0);
        const rest = index.slice(at + 1).reduce((row, i, n) => row * flat.shape[at + 1 + n]! + i, 0);
        return slices[firsts[index[at]!]!]![outer * inner + rest]!;
      });
      const vectors = [firsts, inverse, counts].map((list) => tabulate("int64", [list.length], ([i]) => list[i!]!));
      return [unique, ...vectors].slice(0, outputCount);
    },
  }),
} satisfies Record<string, Operator>;

/** The elements at each index of an axis, in row-major order. */
function slicesAlong(x: ReferenceTensor, axis: number): number[][] {
  const slices: number[][] = Array.from({ length: x.shape[axis]! }, () => []);
  tabulate(x.dtype, x.shape, (index, flat) => slices[index[axis]!]!.push(x.data[flat]!));
  return slices;
}

/** Lexicographic order. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
