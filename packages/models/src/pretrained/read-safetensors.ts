import { DTYPES, type Tensor, tensor } from "@modelwright/engine";
import { SAFETENSORS_DTYPES } from "./safetensors-dtypes.ts";
import {
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsEntry,
  safetensorsDataStart,
} from "./safetensors-header.ts";

/** The tensors of a safetensors file, in the order of their data, and the strings written beside them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const SIZES = Object.fromEntries(
  Object.entries(SAFETENSORS_DTYPES).map(([name, dtype]) => [name, DTYPES[dtype].bytes]),
);

/**
 * Reads a safetensors file that may be damaged or hostile: see `parseSafetensorsHeader`. Values are not looked at: NaN passes.
 * A tensor is a view on `bytes` where its address is a multiple of its element size, otherwise a copy.
 *
 * @param bytes The whole file.
 * @param file Its name, for messages.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file, and the tensor where there is one.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const dataStart = safetensorsDataStart(bytes, bytes.byteLength, file);
  const { entries, metadata } = parseSafetensorsHeader(bytes.subarray(LENGTH_BYTES, dataStart), {
    file,
    dataBytes: bytes.byteLength - dataStart,
    sizes: SIZES,
  });
  return { tensors: new Map(entries.map((entry) => [entry.name, viewOf(bytes, dataStart, entry)])), metadata };
}

function viewOf(bytes: Uint8Array, dataStart: number, { shape, begin, end, ...entry }: SafetensorsEntry): Tensor {
  const dtype = SAFETENSORS_DTYPES[entry.dtype]!;
  const { bytes: size, array } = DTYPES[dtype];
  const start = dataStart + begin;
  const isAligned = (bytes.byteOffset + start) % size === 0;
  const data = isAligned
    ? new array(bytes.buffer, bytes.byteOffset + start, (end - begin) / size)
    : new array(Uint8Array.from(bytes.subarray(start, dataStart + end)).buffer);
  return tensor(dtype, shape, data);
}
