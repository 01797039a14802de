import type { StringTensor } from "../../tensor/tensor.ts";
import { allocateWords } from "./memory.ts";
import { check, type Native, query } from "./native.ts";

/** An `OrtValue` with copies of the texts, in memory of its own; free it with ReleaseValue. */
export function createStringValue(native: Native, { shape, data }: StringTensor, where: string): bigint {
  const { functions, koffi, allocator } = native;
  const sizes = allocateWords(koffi, shape.length);
  for (const [axis, size] of shape.entries()) sizes.words[axis] = BigInt(size);
  const value = query(native, where, (out) =>
    functions.CreateTensorAsOrtValue(allocator, sizes.address, shape.length, STRING, out),
  );
  try {
    if (data.length > 0) fill(native, { value, data, where });
    return value;
  } catch (error) {
    functions.ReleaseValue(value);
    throw error;
  }
}

/** The texts of a value that ONNX Runtime made. */
export function readStrings(native: Native, { value, count, where }: StringValue): string[] {
  const { functions, koffi } = native;
  if (count === 0) return [];
  const size = Number(query(native, where, (out) => functions.GetStringTensorDataLength(value, out)));
  const bytes = new Uint8Array(new ArrayBuffer(Math.max(size, 1)));
  const starts = allocateWords(koffi, count);
  const status = functions.GetStringTensorContent(value, koffi.address(bytes), size, starts.address, count);
  check(native, status, where);
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  return Array.from({ length: count }, (_, i) => {
    const end = i + 1 < count ? Number(starts.words[i + 1]) : size;
    return utf8.decode(bytes.subarray(Number(starts.words[i]), end));
  });
}

interface StringValue {
  readonly value: bigint;
  readonly count: number;
  readonly where: string;
}

/** ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING. */
const STRING = 8;

interface Filling {
  readonly value: bigint;
  readonly data: readonly string[];
  readonly where: string;
}

/** Hands over all texts in one call. That stops at a NUL, so the texts with one are written again, each by its length. */
function fill(native: Native, { value, data, where }: Filling): void {
  const { functions, koffi } = native;
  const encoded = data.map((text) => Buffer.from(text, "utf8"));
  const bytes = new Uint8Array(new ArrayBuffer(encoded.reduce((sum, { length }) => sum + length + 1, 0)));
  const base = koffi.address(bytes);
  const pointers = allocateWords(koffi, data.length);
  let at = 0;
  for (const [i, text] of encoded.entries()) {
    pointers.words[i] = base + BigInt(at);
    bytes.set(text, at);
    at += text.length + 1;
  }
  check(native, functions.FillStringTensor(value, pointers.address, data.length), where);
  for (const [i, text] of encoded.entries()) {
    if (!text.includes(0)) continue;
    const target = query(native, where, (out) =>
      functions.GetResizedStringTensorElementBuffer(value, i, text.length, out),
    );
    new Uint8Array(koffi.view(target, text.length)).set(text);
  }
}
