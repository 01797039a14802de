// Weights and batches from a hash of their position and name, as pytorch.py computes them: every peer starts from the same numbers.
import { readFileSync } from "node:fs";

export const workloads = JSON.parse(readFileSync(new URL("workloads.json", import.meta.url), "utf8"));

const STREAM_STRIDE = 0x9e3779b1;

/** FNV-1a, 32 bits, of ASCII text. */
function fnv1a(text) {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return state;
}

/** MurmurHash3's fmix32 (public domain) over the positions of a named stream. */
export function hashed(size, stream) {
  const offset = Math.imul(fnv1a(stream), STREAM_STRIDE);
  return Uint32Array.from({ length: size }, (_, position) => {
    let bits = (position + offset) | 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  });
}

/** Numbers of a stream in [−1, 1). */
export function units(size, stream) {
  return Float32Array.from(hashed(size, stream), (bits) => (bits >>> 8) / 2 ** 23 - 1);
}

/** Whole numbers of a stream below a bound. */
export function integers(size, stream, below) {
  return BigInt64Array.from(hashed(size, stream), (bits) => BigInt(bits % below));
}

/** First values of a parameter: scales of norms 1, biases 0, weights uniform in ±weightBound. */
export function firstValues(name, size) {
  if (/norm\d*\.weight$/.test(name)) return new Float32Array(size).fill(1);
  if (name.endsWith("bias")) return new Float32Array(size);
  return units(size, name).map((unit) => unit * workloads.training.weightBound);
}
