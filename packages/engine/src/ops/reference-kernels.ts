import type { NumericDType } from "../tensor/dtype.ts";
import { broadcastShapes, isStatic } from "../tensor/shape.ts";
import { elementCount } from "../tensor/tensor.ts";
import type { ReferenceTensor } from "./operator.ts";

/** Row-major strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** Makes a reference tensor by computing each element from its multi-index. */
export function tabulate(
  dtype: NumericDType,
  shape: readonly number[],
  element: (index: readonly number[], flat: number) => number,
): ReferenceTensor {
  const data = new Float64Array(elementCount(shape));
  const index = new Array<number>(shape.length).fill(0);
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = element(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { dtype, shape, data };
}

/** The element that a broadcast operand contributes at `index` of the result. */
export function broadcastElement(operand: ReferenceTensor, index: readonly number[]): number {
  const lead = index.length - operand.shape.length;
  let flat = 0;
  for (let axis = 0; axis < operand.shape.length; axis++) {
    const size = operand.shape[axis]!;
    flat = flat * size + (size === 1 ? 0 : index[axis + lead]!);
  }
  return operand.data[flat]!;
}

/** Applies `f` to every element. */
export function mapElements(
  x: ReferenceTensor,
  f: (x: number) => number,
  dtype: NumericDType = x.dtype,
): ReferenceTensor {
  return { dtype, shape: x.shape, data: x.data.map((value) => f(value)) };
}

/** Applies `f` over operands broadcast together. */
export function mapBroadcast(
  operands: readonly ReferenceTensor[],
  f: (...values: number[]) => number,
  dtype: NumericDType = operands[0]!.dtype,
): ReferenceTensor {
  const shape = operands.map((operand) => operand.shape).reduce((a, b) => staticBroadcast(a, b));
  return tabulate(dtype, shape, (index) => f(...operands.map((operand) => broadcastElement(operand, index))));
}

/** `broadcastShapes` for sizes that are known. */
export function staticBroadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const shape = broadcastShapes(a, b);
  if (shape === undefined || !isStatic(shape)) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
  return shape;
}

/** Reduces `x` over `axes`; `f` gets the elements of one group in row-major order. */
export function reduceElements(
  x: ReferenceTensor,
  axes: readonly number[],
  f: (group: readonly number[]) => number,
  dtype: NumericDType = x.dtype,
): ReferenceTensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const groups = Array.from({ length: elementCount(shape) }, (): number[] => []);
  const strides = stridesOf(shape);
  tabulate(x.dtype, x.shape, (index, flat) => {
    const group = index.reduce((sum, i, axis) => sum + (axes.includes(axis) ? 0 : i * strides[axis]!), 0);
    return groups[group]!.push(x.data[flat]!);
  });
  return { dtype, shape, data: Float64Array.from(groups, f) };
}

/** The same elements in another shape. */
export function withShape(x: ReferenceTensor, shape: readonly number[]): ReferenceTensor {
  return { dtype: x.dtype, shape, data: x.data };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The largest of any number of values; a call of Math.max takes some ten thousand. NaN if one is. */
export function largest(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
}

/** log Σ exp, without overflow. */
export function logSumExp(values: readonly number[]): number {
  const max = largest(values);
  return max + Math.log(sum(values.map((value) => Math.exp(value - max))));
}

/**
 * The error function, to about 15 digits: the series of Abramowitz and Stegun 7.1.6, whose terms are all of one sign. Beyond 6 it is ±1
 * in float64.
 */
export function erf(x: number): number {
  if (Math.abs(x) >= 6) return Math.sign(x);
  let term = x;
  let series = 0;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(series); n++) {
    series += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * series;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
