import { type Dimension, normalizeAxis, showShape } from "../tensor/shape.ts";
import { expandLike } from "./gradient-shapes.ts";
import { defineOperator, notDifferentiable, type Operator, type ReferenceTensor } from "./operator.ts";
import { stridesOf, tabulate } from "./reference-kernels.ts";
import { unknownDimension } from "./shape-values.ts";

/** The index of an extreme along one axis; `select_last_index` decides between equal ones. */
function argExtreme(isBetter: (a: number, b: number) => boolean): Operator {
  return defineOperator({
    inputs: ["data"],
    outputs: ["reduced"],
    attributes: {
      axis: { type: "int", default: 0 },
      keepdims: { type: "int", default: 1 },
      select_last_index: { type: "int", default: 0 },
    },
    infer: ({ inputs: [x], attributes: { axis, keepdims } }) => [
      { dtype: "int64", shape: reducedShape(x.shape, axis, keepdims) },
    ],
    gradient: notDifferentiable("its output is an index"),
    reference: ([x], { attributes: { axis, keepdims, select_last_index } }) => {
      const line = lineReader(x, normalizeAxis(axis, x.shape.length));
      const kept = tabulate("int64", reducedShape(x.shape, axis, 1), (index) => {
        let best = 0;
        const values = line(index);
        for (const [i, value] of values.entries()) {
          if (isBetter(value, values[best]!) || (select_last_index === 1 && value === values[best]!)) best = i;
        }
        return best;
      });
      return [{ ...kept, shape: reducedShape(x.shape, axis, keepdims) }];
    },
  });
}

/** Order along an axis: where the extremes are, and the k largest or smallest. */
export const ranking = {
  ArgMax: argExtreme((a, b) => a > b),
  ArgMin: argExtreme((a, b) => a < b),

  /** Values and indices of the k largest (or smallest) along an axis; of equal ones those with the lower index come first. */
  TopK: defineOperator({
    inputs: ["X", "K"],
    outputs: ["Values", "Indices"],
    attributes: {
      axis: { type: "int", default: -1 },
      largest: { type: "int", default: 1 },
      sorted: { type: "int", default: 1 },
    },
    infer: (c) => {
      const [x] = c.inputs;
      const size = c.contents(1)?.[0];
      const axis = normalizeAxis(c.attributes.axis, x.shape.length);
      const whole = x.shape[axis];
      if (typeof size === "number" && typeof whole === "number" && size > whole)
        c.fail(`k is at most the size of axis ${axis} of ${showShape(x.shape)}`, String(size));
      // How many a run asks for may be known then only.
      const shape = x.shape.map((dimension, i) => (i === axis ? (size ?? unknownDimension(c.where, axis)) : dimension));
      return [
        { dtype: x.dtype, shape },
        { dtype: "int64", shape },
      ];
    },
    // The chosen positions of a line are distinct: a scatter into zeros.
    gradient: ({ b, inputs: [x, k], outputs, dys: [dy], attributes }) => {
      if (dy === undefined) return [];
      const zeros = expandLike(b, b.scalar(0, x.dtype), x);
      const indices = outputs[1] ?? b.multi("TopK", [x, k], 2, { ...attributes })[1]!;
      return [b.op("ScatterElements", [zeros, indices, dy], { axis: attributes.axis })];
    },
    reference: ([x, k], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      const line = lineReader(x, axis);
      const direction = attributes.largest === 1 ? -1 : 1;
      const shape = x.shape.map((size, i) => (i === axis ? k.data[0]! : size));
      const order = (index: readonly number[]) => {
        const values = line(index.map((at, i) => (i === axis ? 0 : at)));
        return Array.from(values.keys()).sort((i, j) => direction * (values[i]! - values[j]!) || i - j);
      };
      return [
        tabulate(
          x.dtype,
          shape,
          (index) => line(index.map((at, i) => (i === axis ? 0 : at)))[order(index)[index[axis]!]!]!,
        ),
        tabulate("int64", shape, (index) => order(index)[index[axis]!]!),
      ];
    },
  }),
} satisfies Record<string, Operator>;

function reducedShape<D extends Dimension>(shape: readonly D[], axis: number, keepdims: number): readonly (D | 1)[] {
  const at = normalizeAxis(axis, shape.length);
  return keepdims === 1 ? shape.map((size, i) => (i === at ? 1 : size)) : shape.filter((_, i) => i !== at);
}

/** Reads all elements along `axis` through the position `index`, whose own coordinate on that axis is 0. */
function lineReader(x: ReferenceTensor, axis: number): (index: readonly number[]) => readonly number[] {
  const strides = stridesOf(x.shape);
  return (index) => {
    const start = index.reduce((offset, at, i) => offset + at * strides[i]!, 0);
    return Array.from({ length: x.shape[axis]! }, (_, i) => x.data[start + i * strides[axis]!]!);
  };
}
