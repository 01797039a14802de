import type { DType } from "../tensor/dtype.ts";
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
  dtype: DType,
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
export function mapElements(x: ReferenceTensor, f: (x: number) => number, dtype: DType = x.dtype): ReferenceTensor {
  return { dtype, shape: x.shape, data: x.data.map((value) => f(value)) };
}

/** Applies `f` over operands broadcast together. */
export function mapBroadcast(
  operands: readonly ReferenceTensor[],
  f: (...values: number[]) => number,
  dtype: DType = operands[0]!.dtype,
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
