import type { ReferenceTensor } from "../ops/operator.ts";
import type { DType } from "../tensor/dtype.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { float16ToNumber, numberToFloat16 } from "./float16.ts";

/** A tensor as the interpreter holds it. int64 is exact up to 2^53. */
export function toReference(tensor: Tensor): ReferenceTensor {
  const { dtype, shape, data } = tensor;
  if (dtype === "float16") return { dtype, shape, data: Float64Array.from(data as Uint16Array, float16ToNumber) };
  return { dtype, shape, data: Float64Array.from(data as Iterable<number | bigint>, Number) };
}

/** Rounds a reference tensor to a dtype. Default: its own. */
export function fromReference<D extends DType>(reference: ReferenceTensor, dtype: D): Tensor<D>;
export function fromReference(reference: ReferenceTensor): Tensor;
export function fromReference(reference: ReferenceTensor, dtype: DType = reference.dtype): Tensor {
  const result = zeros(dtype, reference.shape);
  const { data } = result;
  const convert = dtype === "float16" ? numberToFloat16 : (value: number) => value;
  for (const [i, value] of reference.data.entries()) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(Math.trunc(value));
    else data[i] = convert(value);
  }
  return result;
}
