import { DTYPES, type Tensor } from "@modelwright/engine";
import { SAFETENSORS_NAMES } from "./safetensors-dtypes.ts";

/** Where a reader's views fall on multiples of every element size. */
const ALIGNMENT = 8;

/**
 * Writes tensors as a safetensors file.
 *
 * Wide elements come first, then names in code-unit order, so every tensor is aligned and equal content gives equal bytes.
 *
 * @returns The file in pieces, to be written one after another; pieces of data are views on the tensors, not copies.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  const sorted = [...tensors].sort(
    ([nameA, a], [nameB, b]) => DTYPES[b.dtype].bytes - DTYPES[a.dtype].bytes || (nameA < nameB ? -1 : 1),
  );
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata]];
  let position = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (name === "__metadata__") throw new Error('a tensor cannot be named "__metadata__"');
    const end = position + data.byteLength;
    header.push([name, { dtype: SAFETENSORS_NAMES[dtype], shape, data_offsets: [position, end] }]);
    position = end;
  }
  return [encodeHeader(header), ...sorted.map(([, { data }]) => bytesOf(data))];
}

/** The length as eight little-endian bytes, then the JSON, padded with spaces as the format allows. */
function encodeHeader(entries: readonly (readonly [string, unknown])[]): Uint8Array {
  const json = `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
