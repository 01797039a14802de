import type { NumericDType } from "@modelwright/engine";

/** Our dtype for each safetensors name; the 8-bit and brain floats have none. */
export const SAFETENSORS_DTYPES: Readonly<Record<string, NumericDType>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};

/** The safetensors name of each dtype. */
export const SAFETENSORS_NAMES = Object.fromEntries(
  Object.entries(SAFETENSORS_DTYPES).map(([name, dtype]) => [dtype, name]),
) as Readonly<Record<NumericDType, string>>;
