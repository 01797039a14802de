const PASS_BITS = 11;
const BUCKETS = 2 ** PASS_BITS;
/** Numbers from which counting is faster than comparing. */
const MANY = 4000;

/** Sorts numbers in place, ascending; none is NaN. Many of them by their bits, eleven at a time. */
export function sortNumbers(values: Float32Array): Float32Array {
  if (values.length < MANY) return values.sort();
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let from = new Uint32Array(values.length);
  let to = new Uint32Array(values.length);
  // Keys in the order of numbers: the sign turned, and of those below zero everything.
  for (let at = 0; at < from.length; at++) from[at] = bits[at]! ^ ((bits[at]! >> 31) | 0x8000_0000);
  const ends = new Uint32Array(BUCKETS);
  for (let shift = 0; shift < 32; shift += PASS_BITS) {
    ends.fill(0);
    for (let at = 0; at < from.length; at++) ends[(from[at]! >>> shift) & (BUCKETS - 1)]!++;
    for (let bucket = 0, sum = 0; bucket < BUCKETS; bucket++) {
      const count = ends[bucket]!;
      ends[bucket] = sum;
      sum += count;
    }
    for (let at = 0; at < from.length; at++) to[ends[(from[at]! >>> shift) & (BUCKETS - 1)]!++] = from[at]!;
    [from, to] = [to, from];
  }
  for (let at = 0; at < from.length; at++) bits[at] = from[at]! ^ (~(from[at]! >> 31) | 0x8000_0000);
  return values;
}
