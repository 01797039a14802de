/** Fewer numbers are sorted as fast by the engine. */
const FEW = 10_000;
const SIGN = 0x8000_0000;
/** Eleven bits at a time, those that count least first: in which half of a number (the lower lies first), and from which bit. */
const DIGITS = [0, 1].flatMap((half) => [0, 11, 22].map((shift) => ({ half, shift })));
const BUCKETS = 2 ** 11;

/**
 * Sorts numbers as `sort` of typed arrays does, in a third of its time where there are many: by the digits of their bits (Knuth, The Art
 * of Computer Programming 3, 5.2.5).
 *
 * @param values Without NaN. They are used up: what they hold afterwards says nothing.
 */
export function sortNumbers(values: Float64Array): Float64Array {
  if (values.length <= FEW) return values.sort();
  let words: Uint32Array = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let others: Uint32Array = new Uint32Array(words.length);
  toOrderedBits(words);
  const counts = countDigits(words);
  for (const [i, { half, shift }] of DIGITS.entries()) {
    const places = counts.subarray(i * BUCKETS, (i + 1) * BUCKETS);
    // All have the same digit.
    if (places[(words[half]! >>> shift) % BUCKETS] === values.length) continue;
    toStarts(places);
    for (let at = 0; at < words.length; at += 2) {
      const digit = (words[at + half]! >>> shift) & (BUCKETS - 1);
      const to = 2 * places[digit]!++;
      others[to] = words[at]!;
      others[to + 1] = words[at + 1]!;
    }
    [words, others] = [others, words];
  }
  toNumberBits(words);
  return new Float64Array(words.buffer, words.byteOffset, values.length);
}

/** Makes of the bits of numbers whole numbers in the same order: of negative ones all bits are turned, of the others the sign. */
function toOrderedBits(words: Uint32Array): void {
  for (let at = 0; at < words.length; at += 2) {
    const high = words[at + 1]!;
    if (high < SIGN) words[at + 1] = high ^ SIGN;
    else {
      words[at] = ~words[at]!;
      words[at + 1] = ~high;
    }
  }
}

function toNumberBits(words: Uint32Array): void {
  for (let at = 0; at < words.length; at += 2) {
    const high = words[at + 1]!;
    if (high >= SIGN) words[at + 1] = high ^ SIGN;
    else {
      words[at] = ~words[at]!;
      words[at + 1] = ~high;
    }
  }
}

/** How often each digit occurs at each of `DIGITS`, one after the other; in one go through the memory. */
function countDigits(words: Uint32Array): Uint32Array {
  const counts = new Uint32Array(DIGITS.length * BUCKETS);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const first = (at % 2) * 3 * BUCKETS;
    counts[first + (word & (BUCKETS - 1))]!++;
    counts[first + BUCKETS + ((word >>> 11) & (BUCKETS - 1))]!++;
    counts[first + 2 * BUCKETS + (word >>> 22)]!++;
  }
  return counts;
}

/** Makes of counts where the first of each belongs. */
export function toStarts(counts: Uint32Array): void {
  let start = 0;
  for (const [digit, count] of counts.entries()) {
    counts[digit] = start;
    start += count;
  }
}
