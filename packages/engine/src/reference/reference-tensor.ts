import type { AnyReference, ReferenceTensor } from "../ops/operator.ts";
import { DTYPES, type NumericDType } from "../tensor/dtype.ts";
import { type AnyTensor, isNumeric, type Tensor, tensorFrom, toNumbers } from "../tensor/tensor.ts";

/** A tensor as the interpreter holds it. int64 is exact up to 2^53. */
export function toReference(tensor: Tensor): ReferenceTensor;
export function toReference(tensor: AnyTensor): AnyReference;
export function toReference(tensor: AnyTensor): AnyReference {
  return isNumeric(tensor) ? { dtype: tensor.dtype, shape: tensor.shape, data: toNumbers(tensor) } : tensor;
}

/** Rounds a reference tensor to a dtype. Default: its own. */
export function fromReference<D extends NumericDType>(reference: ReferenceTensor, dtype: D): Tensor<D>;
export function fromReference(reference: ReferenceTensor): Tensor;
export function fromReference(reference: AnyReference): AnyTensor;
export function fromReference(reference: AnyReference, to?: NumericDType): AnyTensor {
  if (reference.dtype === "string") return reference;
  const dtype = to ?? reference.dtype;
  const isFloat = DTYPES[dtype].isFloat;
  return tensorFrom(dtype, reference.shape, isFloat ? reference.data : reference.data.map(Math.trunc));
}
