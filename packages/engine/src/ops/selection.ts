import { type Dimension, multiplyDimensions, normalizeAxis } from "../tensor/shape.ts";
import { defineOperator, notDifferentiable, type Operator, type ReferenceTensor } from "./operator.ts";
import { stridesOf, tabulate } from "./reference-kernels.ts";
import { unknownDimension } from "./shape-values.ts";

/** Operators whose output is as large as the data says. */
export const selection = {
  NonZero: defineOperator({
    attributes: {},
    infer: (c) => [{ dtype: "int64", shape: [c.inputs[0]!.shape.length, unknownDimension(c.where, 1)] }],
    gradient: notDifferentiable("its output is made of indices"),
    reference: ([x]) => {
      const flats = Array.from(x!.data.keys()).filter((flat) => x!.data[flat] !== 0);
      const strides = stridesOf(x!.shape);
      return [
        tabulate(
          "int64",
          [x!.shape.length, flats.length],
          ([axis, i]) => Math.floor(flats[i!]! / strides[axis!]!) % x!.shape[axis!]!,
        ),
      ];
    },
  }),

  /** Outputs: unique slices, index of the first of each, inverse index, counts. */
  Unique: defineOperator({
    attributes: { axis: { type: "int" }, sorted: { type: "int", default: 1 } },
    infer: (c) => {
      const [x] = c.inputs;
      const { axis } = c.attributes;
      const count = unknownDimension(c.where, 0);
      const at = normalizeAxis(axis ?? 0, x!.shape.length);
      const all: Dimension = axis === undefined ? multiplyDimensions(x!.shape) : x!.shape[at]!;
      const shape = axis === undefined ? [count] : x!.shape.with(at, count);
      return [
        { dtype: x!.dtype, shape },
        { dtype: "int64", shape: [count] },
        { dtype: "int64", shape: [all] },
        { dtype: "int64", shape: [count] },
      ];
    },
    gradient: notDifferentiable("which elements are equal does not change smoothly; gather by its indices instead"),
    reference: ([x], { attributes: { axis, sorted }, outputCount }) => {
      const at = axis === undefined ? 0 : normalizeAxis(axis, x!.shape.length);
      const flat: ReferenceTensor = axis === undefined ? { ...x!, shape: [x!.data.length] } : x!;
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
