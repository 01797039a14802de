import { ModelwrightError } from "@modelwright/contracts";

/** Element types that are numbers or bools, by the name that ONNX Runtime's JavaScript packages use. */
export type NumericDType =
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

/** Every element type. Texts have no memory of ours: they go to the runtime and come from it as copies. */
export type DType = NumericDType | "string";

/** How each numeric dtype lies in memory. `bool` is one byte, `float16` its 16 raw bits. */
export interface NumericDataByDType {
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
export interface TensorDataByDType extends NumericDataByDType {
  string: readonly string[];
}
/** The data of numbers or bools. */
export type TensorData = NumericDataByDType[NumericDType];

interface DTypeTraits {
  readonly isFloat: boolean;
  /** TensorProto.DataType number in ONNX. */
  readonly onnx: number;
}
interface NumericTraits extends DTypeTraits {
  readonly bytes: number;
  readonly array: new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => TensorData;
}

export const DTYPES: Readonly<Record<NumericDType, NumericTraits>> & { readonly string: DTypeTraits } = {
  float32: { bytes: 4, isFloat: true, onnx: 1, array: Float32Array },
  uint8: { bytes: 1, isFloat: false, onnx: 2, array: Uint8Array },
  int8: { bytes: 1, isFloat: false, onnx: 3, array: Int8Array },
  uint16: { bytes: 2, isFloat: false, onnx: 4, array: Uint16Array },
  int16: { bytes: 2, isFloat: false, onnx: 5, array: Int16Array },
  int32: { bytes: 4, isFloat: false, onnx: 6, array: Int32Array },
  int64: { bytes: 8, isFloat: false, onnx: 7, array: BigInt64Array },
  string: { isFloat: false, onnx: 8 },
  bool: { bytes: 1, isFloat: false, onnx: 9, array: Uint8Array },
  float16: { bytes: 2, isFloat: true, onnx: 10, array: Uint16Array },
  float64: { bytes: 8, isFloat: true, onnx: 11, array: Float64Array },
  uint32: { bytes: 4, isFloat: false, onnx: 12, array: Uint32Array },
  uint64: { bytes: 8, isFloat: false, onnx: 13, array: BigUint64Array },
};

/** All dtypes but `string`. */
export const NUMERIC_DTYPES = (Object.keys(DTYPES) as DType[]).filter((dtype) => dtype !== "string");

/** The dtype of an ONNX data-type number, or `undefined` for those we do not hold (complex, bfloat16, 8-bit floats, …). */
export function dtypeOfOnnx(number: number): DType | undefined {
  return (Object.keys(DTYPES) as DType[]).find((dtype) => DTYPES[dtype].onnx === number);
}

/**
 * The dtype itself, known to be no text's.
 *
 * @throws {ModelwrightError} `ENGINE_SHAPE_MISMATCH` for `string`.
 */
export function numericDType(dtype: DType, where = "tensor"): NumericDType {
  if (dtype !== "string") return dtype;
  throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where, rule: "elements are numbers or bools", got: "texts" });
}
