import { seededUniform } from "./random-tensors.ts";

/** Changes bytes; `at(count)` draws a whole number below `count`. */
type Mutation = (bytes: Uint8Array, at: (count: number) => number) => Uint8Array;

function replaced(bytes: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start) + piece.length);
  result.set(bytes.subarray(0, start));
  result.set(piece, start);
  result.set(bytes.subarray(end), start + piece.length);
  return result;
}

function piece(bytes: Uint8Array, at: (count: number) => number): { start: number; end: number } {
  const start = at(bytes.length);
  return { start, end: Math.min(bytes.length, start + 1 + at(64)) };
}

/** Numbers that a reader may trust: the greatest of 32 and 64 bits, −1, and one that does not end. */
const VARINTS = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
];

const MUTATIONS: readonly Mutation[] = [
  (bytes, at) => bytes.slice(0, at(bytes.length)),
  (bytes, at) => {
    const flipped = bytes.slice();
    for (let count = 1 + at(4); count > 0; count--) flipped[at(bytes.length)]! ^= 1 << at(8);
    return flipped;
  },
  (bytes, at) => {
    const start = at(bytes.length);
    return replaced(bytes, start, Math.min(bytes.length, start + at(2)), Uint8Array.from(VARINTS[at(VARINTS.length)]!));
  },
  (bytes, at) => {
    const { start, end } = piece(bytes, at);
    return replaced(bytes, end, end, bytes.subarray(start, end));
  },
  (bytes, at) => {
    const { start, end } = piece(bytes, at);
    return replaced(bytes, start, end, new Uint8Array());
  },
  (bytes, at) => {
    const [from, to] = [piece(bytes, at), piece(bytes, at)];
    return replaced(bytes, to.start, to.end, bytes.subarray(from.start, from.end));
  },
];

/** A damaged copy of a file, the same for the same seed: cut, bits flipped, numbers written in, pieces doubled, removed and exchanged. */
export function mutateBytes(bytes: Uint8Array, seed: number): Uint8Array {
  const next = seededUniform(seed);
  const at = (count: number) => Math.floor(next() * Math.max(1, count));
  let result = bytes;
  for (let count = 1 + at(2); count > 0; count--) result = MUTATIONS[at(MUTATIONS.length)]!(result, at);
  return result;
}
