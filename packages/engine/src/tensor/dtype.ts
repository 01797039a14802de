/** Element types, by the name ONNX Runtime's JavaScript packages use. */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "bool";

/** How each dtype lies in memory. `bool` is one byte, `float16` its 16 raw bits. */
export interface TensorDataByDType {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
}
export type TensorData = TensorDataByDType[DType];

interface DTypeTraits {
  readonly bytes: number;
  readonly isFloat: boolean;
  /** TensorProto.DataType number in ONNX. */
  readonly onnx: number;
  readonly array: new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => TensorData;
}

export const DTYPES: Readonly<Record<DType, DTypeTraits>> = {
  float32: { bytes: 4, isFloat: true, onnx: 1, array: Float32Array },
  uint8: { bytes: 1, isFloat: false, onnx: 2, array: Uint8Array },
  int8: { bytes: 1, isFloat: false, onnx: 3, array: Int8Array },
  uint16: { bytes: 2, isFloat: false, onnx: 4, array: Uint16Array },
  int16: { bytes: 2, isFloat: false, onnx: 5, array: Int16Array },
  int32: { bytes: 4, isFloat: false, onnx: 6, array: Int32Array },
  int64: { bytes: 8, isFloat: false, onnx: 7, array: BigInt64Array },
  bool: { bytes: 1, isFloat: false, onnx: 9, array: Uint8Array },
  float16: { bytes: 2, isFloat: true, onnx: 10, array: Uint16Array },
  float64: { bytes: 8, isFloat: true, onnx: 11, array: Float64Array },
  uint32: { bytes: 4, isFloat: false, onnx: 12, array: Uint32Array },
  uint64: { bytes: 8, isFloat: false, onnx: 13, array: BigUint64Array },
};

/** The dtype of an ONNX data-type number, or `undefined` for those we do not hold (string, complex, bfloat16, …). */
export function dtypeOfOnnx(number: number): DType | undefined {
  return (Object.keys(DTYPES) as DType[]).find((dtype) => DTYPES[dtype].onnx === number);
}
