import { sortNumbers, toStarts } from "./sort-numbers.ts";

/** Digits are of at most so many bits: the places of so many fit into the nearest cache. */
const MOST_BITS = 11;
const SPAN = 2 ** 32;

/** A unit in which numbers are whole: their product with `times`, divided by `over`. */
export interface WholeUnit {
  readonly times: number;
  readonly over: number;
}

/**
 * Sorts numbers that are whole in a unit; what comes back is the number nearest to that many units. Where they span less than 2³² units,
 * which most do, their distance from the least one is sorted instead, by as few digits as it has, in half of the memory and less than
 * half of the time.
 *
 * @param values Without NaN. They are used up: what they hold afterwards says nothing.
 */
export function sortWholeNumbers(values: Float64Array, { times, over }: WholeUnit): Float64Array {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const whole = Math.round((values[i]! * times) / over);
    values[i] = whole;
    if (whole < low) low = whole;
    if (whole > high) high = whole;
  }
  if (!(high - low < SPAN)) {
    const sorted = sortNumbers(values);
    for (let i = 0; i < sorted.length; i++) sorted[i] = (sorted[i]! * over) / times;
    return sorted;
  }
  const distances = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) distances[i] = values[i]! - low;
  const sorted = sortByDigits(distances, 32 - Math.clz32(high - low));
  for (let i = 0; i < values.length; i++) values[i] = ((sorted[i]! + low) * over) / times;
  return values;
}

/** Sorts whole numbers of so many bits by digits, those that count least first (Knuth, The Art of Computer Programming 3, 5.2.5). */
function sortByDigits(values: Uint32Array, bits: number): Uint32Array {
  const digits = Math.ceil(bits / MOST_BITS);
  const digitBits = Math.ceil(bits / digits);
  const mask = 2 ** digitBits - 1;
  const places = new Uint32Array(mask + 1);
  let from: Uint32Array = values;
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
