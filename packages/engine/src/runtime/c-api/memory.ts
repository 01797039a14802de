import type { TensorData } from "../../tensor/dtype.ts";
import type { Library } from "./library.ts";

/**
 * Words in an ArrayBuffer of their own.
 *
 * V8 keeps the elements of a small typed array (64 bytes and less) in its moving heap until somebody asks for its
 * buffer; memory that is made as an ArrayBuffer never moves.
 */
export interface Words {
  readonly words: BigUint64Array;
  readonly address: bigint;
}

/** Room for `count` pointers or sizes, zeroed. */
export function allocateWords(koffi: Library["koffi"], count: number): Words {
  const words = new BigUint64Array(new ArrayBuffer(Math.max(count, 1) * 8));
  return { words, address: koffi.address(words) };
}

/** A NUL-terminated copy of a text, in UTF-8 or UTF-16 (Windows paths). Keep `bytes` as long as C uses `address`. */
export function allocateString(
  koffi: Library["koffi"],
  text: string,
  encoding: "utf8" | "utf16le" = "utf8",
): { readonly bytes: Uint8Array; readonly address: bigint } {
  const encoded = Buffer.from(`${text}\0`, encoding);
  const bytes = new Uint8Array(new ArrayBuffer(encoded.byteLength));
  bytes.set(encoded);
  return { bytes, address: koffi.address(bytes) };
}

/** Where the data lies; it stays there, because asking for `buffer` takes it out of the moving heap. 0 when empty. */
export function addressOf(koffi: Library["koffi"], data: TensorData): bigint {
  return data.buffer.byteLength === 0 || data.length === 0 ? 0n : koffi.address(data);
}
