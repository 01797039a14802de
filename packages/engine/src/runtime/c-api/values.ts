import { DTYPES, dtypeOfOnnx, type TensorData } from "../../tensor/dtype.ts";
import { type AnyTensor, elementCount, isNumeric, type Tensor } from "../../tensor/tensor.ts";
import { runtimeFailure } from "../runtime-failure.ts";
import { addressOf, allocateWords } from "./memory.ts";
import { check, type Native, query } from "./native.ts";
import { createStringValue, readStrings } from "./string-values.ts";

/**
 * An `OrtValue` over the tensor's own memory, or with copies of its texts. Keep the tensor's data as long as the value; free it with
 * ReleaseValue.
 */
export function createValue(native: Native, tensor: AnyTensor, where: string): bigint {
  if (!isNumeric(tensor)) return createStringValue(native, tensor, where);
  const { functions, koffi, scratch } = native;
  const rank = tensor.shape.length;
  const sizes = allocateWords(koffi, rank);
  for (const [axis, size] of tensor.shape.entries()) sizes.words[axis] = BigInt(size);
  // ONNX Runtime wants an address also where there is nothing to read.
  const data = addressOf(koffi, tensor.data) || scratch.address;
  return query(native, where, (out) =>
    functions.CreateTensorWithDataAsOrtValue(
      native.memoryInfo,
      data,
      tensor.data.byteLength,
      sizes.address,
      rank,
      DTYPES[tensor.dtype].onnx,
      out,
    ),
  );
}

/** Element type number and shape of tensor info; unnamed unknown sizes are −1. */
export function readTypeAndShape(native: Native, info: bigint, where: string): { type: number; shape: number[] } {
  const { functions, koffi } = native;
  const type = Number(query(native, where, (out) => functions.GetTensorElementType(info, out)) & 0xffffffffn);
  const rank = Number(query(native, where, (out) => functions.GetDimensionsCount(info, out)));
  const sizes = allocateWords(koffi, rank);
  check(native, functions.GetDimensions(info, sizes.address, rank), where);
  return { type, shape: Array.from(sizes.words.subarray(0, rank), (size) => Number(BigInt.asIntN(64, size))) };
}

/** Dtype and shape of a value that ONNX Runtime made. */
export function describeValue(native: Native, value: bigint, where: string): Pick<AnyTensor, "dtype" | "shape"> {
  const { functions } = native;
  const info = query(native, where, (out) => functions.GetTensorTypeAndShape(value, out));
  let described: { type: number; shape: number[] };
  try {
    described = readTypeAndShape(native, info, where);
  } finally {
    functions.ReleaseTensorTypeAndShapeInfo(info);
  }
  const dtype = dtypeOfOnnx(described.type);
  if (dtype === undefined) throw runtimeFailure(where, `element type ${described.type} is not one we hold`);
  return { dtype, shape: described.shape };
}

/** Copies a value that ONNX Runtime made into an array of ours. */
export function readValue(native: Native, value: bigint, where: string): AnyTensor {
  const { functions, koffi } = native;
  const { dtype, shape } = describeValue(native, value, where);
  if (dtype === "string")
    return { dtype, shape, data: readStrings(native, { value, count: elementCount(shape), where }) };
  const { array: TypedArray, bytes } = DTYPES[dtype];
  const sizeBytes = elementCount(shape) * bytes;
  const buffer = new ArrayBuffer(sizeBytes);
  if (sizeBytes > 0) {
    const source = query(native, where, (out) => functions.GetTensorMutableData(value, out));
    new Uint8Array(buffer).set(new Uint8Array(koffi.view(source, sizeBytes)));
  }
  const data: TensorData = new TypedArray(buffer);
  return { dtype, shape, data } as Tensor;
}
