import protobuf from "protobufjs/light.js";
import { DTYPES, type DType, dtypeOfOnnx, type NumericDType, type TensorData } from "../tensor/dtype.ts";
import { type AnyTensor, elementCount, type Tensor } from "../tensor/tensor.ts";
import { MalformedModel, RefusedModel } from "./decode-failure.ts";
import { decodeText } from "./decode-text.ts";
import { type ModelFolder, parseExternalData } from "./external-data.ts";
import type { Int64, Message } from "./schema.ts";

/** bfloat16 is the upper half of a float32 and becomes one. */
export const BFLOAT16 = 16;
const EXTERNAL = 1;

type Proto = Message<"TensorProto">;

/**
 * A tensor with data of its own, from `raw_data` or from the typed field of its dtype. Texts have a typed field only.
 *
 * Memory is allocated only after the number of elements has been checked against the bytes that are there.
 *
 * @param folder Where external data may stand. Default: nowhere, it is refused.
 */
export function decodeTensor(proto: Proto, where: string, folder?: ModelFolder): AnyTensor {
  if (proto.dataLocation === EXTERNAL) return decodeExternal(proto, where, folder);
  const dtype = decodeDType(proto.dataType ?? 0, where);
  const shape = (proto.dims ?? []).map((size) => decodeSize(size, where));
  const count = elementCount(shape);
  if (dtype === "string") return { dtype, shape, data: decodeStrings(proto, count, where) };
  const source: TensorSource = { proto, dtype, count, where };
  const isBfloat16 = proto.dataType === BFLOAT16;
  const data = Object.hasOwn(proto, "rawData")
    ? rawElements(source, isBfloat16 ? 2 : DTYPES[dtype].bytes)
    : typedElements(source, isBfloat16);
  return { dtype, shape, data } as Tensor;
}

/** The place is checked against the shape before anything is read. */
function decodeExternal(proto: Proto, where: string, folder: ModelFolder | undefined): AnyTensor {
  if (folder === undefined)
    throw new RefusedModel("initializers stand in the file itself", `external data of ${where}`);
  const dtype = decodeDType(proto.dataType ?? 0, where);
  if (dtype === "string") throw new RefusedModel("texts stand in the file itself", `external texts of ${where}`);
  const entries = (proto.externalData ?? []).map(({ key = "", value = "" }) => [key, value] as const);
  const found = folder.find(parseExternalData(entries, where), where);
  const isBfloat16 = proto.dataType === BFLOAT16;
  const bytesPerElement = isBfloat16 ? 2 : DTYPES[dtype].bytes;
  const count = elementCount((proto.dims ?? []).map((size) => decodeSize(size, where)));
  expectElements((found.end - found.start) / bytesPerElement, count, where);
  const { dims, dataType } = proto;
  return decodeTensor({ dims, dataType, rawData: folder.read(found) } as Proto, where);
}

/** The dtype of an ONNX data-type number, bfloat16 widened. */
export function decodeDType(number: number, where: string): DType {
  const dtype = number === BFLOAT16 ? "float32" : dtypeOfOnnx(number);
  if (dtype !== undefined) return dtype;
  if (number < 1 || number > 30) throw new MalformedModel(`${where} has data type ${number}`);
  throw new RefusedModel("tensors hold floats, integers, bools or texts", `data type ${number} of ${where}`);
}

export function toNumber(value: number | Int64): number {
  return typeof value === "number" ? value : value.toNumber();
}

function decodeSize(value: number | Int64, where: string): number {
  const size = toNumber(value);
  if (!Number.isSafeInteger(size) || size < 0) throw new MalformedModel(`${where} has a size of ${size}`);
  return size;
}

interface TensorSource {
  readonly proto: Proto;
  readonly dtype: NumericDType;
  readonly count: number;
  readonly where: string;
}

function decodeStrings({ rawData, stringData = [] }: Proto, count: number, where: string): string[] {
  if (rawData !== undefined && rawData.length > 0) throw new MalformedModel(`${where} has texts as raw data`);
  expectElements(stringData.length, count, where);
  return stringData.map((text) => decodeText(text, where));
}

function rawElements({ proto, dtype, count, where }: TensorSource, bytesPerElement: number): TensorData {
  const raw = proto.rawData!;
  expectElements(raw.length / bytesPerElement, count, where);
  const own = new Uint8Array(raw);
  if (bytesPerElement === DTYPES[dtype].bytes) return new DTYPES[dtype].array(own.buffer, 0, count);
  return widenBfloat16(new Uint16Array(own.buffer));
}

function widenBfloat16(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

type TypedField = "floatData" | "doubleData" | "int32Data" | "int64Data" | "uint64Data";

const TYPED_FIELDS: Readonly<Record<NumericDType, TypedField>> = {
  float32: "floatData",
  float64: "doubleData",
  float16: "int32Data",
  int8: "int32Data",
  uint8: "int32Data",
  int16: "int32Data",
  uint16: "int32Data",
  int32: "int32Data",
  bool: "int32Data",
  int64: "int64Data",
  uint32: "uint64Data",
  uint64: "uint64Data",
};

function typedElements(source: TensorSource, isBfloat16: boolean): TensorData {
  const { proto, dtype, count, where } = source;
  const field = isBfloat16 ? "int32Data" : TYPED_FIELDS[dtype];
  const chunks = proto[field] ?? [];
  if (field === "floatData" || field === "doubleData") {
    const joined = concatenate(chunks);
    return rawElements({ ...source, proto: { rawData: joined } }, DTYPES[dtype].bytes);
  }
  // A number takes at least one byte, so this bounds the memory.
  const present = chunks.reduce((sum, chunk) => sum + chunk.filter((byte) => byte < 128).length, 0);
  expectElements(present, count, where);
  if (isBfloat16) {
    const halves = new Uint16Array(count);
    readVarints({ chunks, where }, (i, { low }) => {
      halves[i] = low;
    });
    return widenBfloat16(halves);
  }
  const data = new DTYPES[dtype].array(new ArrayBuffer(count * DTYPES[dtype].bytes));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const words = new Int32Array(data.buffer);
    readVarints({ chunks, where }, (i, { low, high }) => {
      words[2 * i] = low;
      words[2 * i + 1] = high;
    });
  } else {
    readVarints({ chunks, where }, (i, { low }) => {
      data[i] = low;
    });
  }
  return data;
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    joined.set(chunk, position);
    position += chunk.length;
  }
  return joined;
}

/** @throws {MalformedModel} where a number has more than ten bytes, or stops in the middle. */
function readVarints(
  { chunks, where }: { readonly chunks: readonly Uint8Array[]; readonly where: string },
  visit: (i: number, value: Int64) => void,
): void {
  let i = 0;
  try {
    for (const chunk of chunks) {
      const reader = protobuf.Reader.create(chunk);
      while (reader.pos < reader.len) visit(i++, reader.int64() as unknown as Int64);
    }
  } catch (cause) {
    throw new MalformedModel(`${where}, element ${i}: not a well-formed number`, { cause });
  }
}

function expectElements(present: number, count: number, where: string): void {
  if (present !== count)
    throw new MalformedModel(`${where} has data for ${present} elements, its shape holds ${count}`);
}
