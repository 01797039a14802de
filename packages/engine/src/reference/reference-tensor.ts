import type { AnyReference, ReferenceTensor } from "../ops/operator.ts";
import type { NumericDType } from "../tensor/dtype.ts";
import { type AnyTensor, isNumeric, type Tensor, zeros } from "../tensor/tensor.ts";
import { float16ToNumber, numberToFloat16 } from "./float16.ts";

/** A tensor as the interpreter holds it. int64 is exact up to 2^53. */
export function toReference(tensor: Tensor): ReferenceTensor;
export function toReference(tensor: AnyTensor): AnyReference;
export function toReference(tensor: AnyTensor): AnyReference {
  if (!isNumeric(tensor)) return tensor;
  const { dtype, shape, data } = tensor;
  if (dtype === "float16") return { dtype, shape, data: Float64Array.from(data as Uint16Array, float16ToNumber) };
  return { dtype, shape, data: Float64Array.from(data as Iterable<number | bigint>, Number) };
}

/** Rounds a reference tensor to a dtype. Default: its own. */
export function fromReference<D extends NumericDType>(reference: ReferenceTensor, dtype: D): Tensor<D>;
export function fromReference(reference: ReferenceTensor): Tensor;
export function fromReference(reference: AnyReference): AnyTensor;
export function fromReference(reference: AnyReference, to?: NumericDType): AnyTensor {
  if (reference.dtype === "string") return reference;
  const dtype = to ?? reference.dtype;
  const result = zeros(dtype, reference.shape);
  const { data } = result;
  const convert = dtype === "float16" ? numberToFloat16 : (value: number) => value;
  for (const [i, value] of reference.data.entries()) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(Math.trunc(value));
    else data[i] = convert(value);
  }
  return result;
}
