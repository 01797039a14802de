import { elementCount, tensor } from "@modelwright/engine";
import type { ParameterSource } from "@modelwright/models";

const STREAM_STRIDE = 0x9e3779b1;

/** FNV-1a, 32 bits, of the UTF-8 bytes. */
function fnv1a(text: string): number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state;
}

/** The finaliser of MurmurHash3 (32 bits) over the positions of a named stream, as the Python scripts of the fixtures compute it. */
export function hashed(size: number, stream: string): Uint32Array {
  const offset = Math.imul(fnv1a(stream), STREAM_STRIDE);
  return Uint32Array.from({ length: size }, (_, position) => {
    let bits = (position + offset) | 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  });
}

/** The numbers of a stream in [−1, 1). */
export function hashedUnits(size: number, stream: string): Float64Array {
  return Float64Array.from(hashed(size, stream), (bits) => (bits >>> 8) / 2 ** 23 - 1);
}

/** First weights from a hash of their names: scales of norms and running variances near 1, all others near 0. */
export const hashedParameters: ParameterSource = {
  take: ({ name, shape }) => {
    const center = /(norm\.weight|running_var)$/.test(name) ? 1 : 0;
    const units = hashedUnits(elementCount(shape), name);
    return tensor(
      "float32",
      shape,
      Float32Array.from(units, (unit) => center + 0.1 * unit),
    );
  },
};
