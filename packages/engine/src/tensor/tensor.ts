import { ModelwrightError } from "@modelwright/contracts";
import { DTYPES, type DType, type NumericDType, type TensorData, type TensorDataByDType } from "./dtype.ts";
import { float16ToNumber, numberToFloat16 } from "./float16.ts";

/**
 * A dense, row-major array: of numbers or bools unless its type says otherwise. Their data is never copied on the way to the runtime; texts
 * are.
 */
export interface Tensor<D extends DType = NumericDType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TensorDataByDType[D];
}

/** A tensor of texts. */
export type StringTensor = Tensor<"string">;
/** A tensor of numbers, of bools or of texts; `isNumeric` tells which. */
export type AnyTensor = Tensor | StringTensor;

export function isNumeric(tensor: AnyTensor): tensor is Tensor {
  return tensor.dtype !== "string";
}

/**
 * Makes a tensor over existing data.
 *
 * @throws {ModelwrightError} `ENGINE_SHAPE_MISMATCH` if the shape does not hold exactly `data.length` elements.
 */
export function tensor<D extends DType>(dtype: D, shape: readonly number[], data: TensorDataByDType[D]): Tensor<D> {
  if (data.length !== elementCount(shape)) {
    throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", {
      where: `tensor of ${dtype}`,
      rule: `shape [${shape.join(", ")}] holds ${elementCount(shape)} elements`,
      got: `${data.length} elements`,
    });
  }
  return { dtype, shape, data };
}

/** A tensor of zeros; `shared` puts it into a SharedArrayBuffer. */
export function zeros<D extends NumericDType>(
  dtype: D,
  shape: readonly number[],
  options?: { shared?: boolean },
): Tensor<D> {
  const bytes = elementCount(shape) * DTYPES[dtype].bytes;
  const buffer = options?.shared === true ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  return { dtype, shape, data: new DTYPES[dtype].array(buffer) as TensorDataByDType[D] };
}

/** A tensor from plain numbers: int64 and uint64 become BigInts, float16 the bits of the nearest half. */
export function tensorFrom<D extends NumericDType>(
  dtype: D,
  shape: readonly number[],
  values: ArrayLike<number>,
): Tensor<D> {
  const result = zeros(dtype, shape);
  if (values.length !== result.data.length) return tensor(dtype, shape, Array.from(values) as never);
  const data: TensorData = result.data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
  } else if (dtype === "float16") {
    for (let i = 0; i < values.length; i++) data[i] = numberToFloat16(values[i]!);
  } else {
    for (let i = 0; i < values.length; i++) data[i] = values[i]!;
  }
  return result;
}

/** The elements as numbers: what `tensorFrom` made the tensor of. Integers are exact up to 2^53. */
export function toNumbers({ dtype, data }: Tensor): Float64Array<ArrayBuffer> {
  if (dtype === "float16") return Float64Array.from(data as Uint16Array, float16ToNumber);
  return Float64Array.from(data as Iterable<number | bigint>, Number);
}

/** The number of elements a shape holds; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
