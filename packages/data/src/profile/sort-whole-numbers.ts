import { toStarts } from "./sort-numbers.ts";

/** Digits are of at most so many bits: the places of so many fit into the nearest cache. */
const MOST_BITS = 11;

/**
 * Sorts whole numbers by as few digits as the greatest of them has, those that count least first (Knuth, The Art of Computer Programming
 * 3, 5.2.5): in half of the memory of doubles, and a third of the time.
 *
 * @param values They are used up: what they hold afterwards says nothing.
 * @param greatest None is greater.
 */
export function sortWholeNumbers(values: Uint32Array, greatest: number): Uint32Array {
  const bits = 32 - Math.clz32(greatest);
  const digits = Math.ceil(bits / MOST_BITS);
  const digitBits = Math.ceil(bits / digits);
  const mask = 2 ** digitBits - 1;
  const places = new Uint32Array(digits === 0 ? 0 : mask + 1);
  let from = values;
  let to: Uint32Array = new Uint32Array(digits === 0 ? 0 : values.length);
  for (let digit = 0; digit < digits; digit++) {
    const shift = digit * digitBits;
    places.fill(0);
    for (let i = 0; i < from.length; i++) places[(from[i]! >>> shift) & mask]!++;
    toStarts(places);
    for (let i = 0; i < from.length; i++) {
      const value = from[i]!;
      to[places[(value >>> shift) & mask]!++] = value;
    }
    [from, to] = [to, from];
  }
  return from;
}
