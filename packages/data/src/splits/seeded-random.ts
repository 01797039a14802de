/**
 * A small seeded generator of 32-bit integers for splits and batch orders: the same seed gives the same rows everywhere.
 *
 * Algorithm: xoshiro128** (Blackman & Vigna 2018, prng.di.unimi.it, public domain), its state filled by SplitMix32.
 */
export interface SeededRandom {
  /** A uniform integer in `[0, bound)`; `bound` in `[1, 2^32]`. */
  readonly below: (bound: number) => number;
}

/** @param seeds Non-negative integers; each one changes the whole sequence. */
export function seededRandom(...seeds: readonly number[]): SeededRandom {
  let mixed = 0;
  const splitMix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  for (const seed of seeds) {
    // Seeds up to 2^53: both halves count.
    mixed = splitMix() ^ (seed | 0);
    mixed = splitMix() ^ Math.floor(seed / 2 ** 32);
  }
  let a = splitMix();
  let b = splitMix();
  let c = splitMix();
  let d = splitMix() | 1;
  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result >>> 0;
  };
  return {
    below(bound) {
      // Values past the last whole multiple of `bound` would favour small results.
      const end = 2 ** 32 - (2 ** 32 % bound);
      let value = next();
      while (value >= end) value = next();
      return value % bound;
    },
  };
}

/** Fisher–Yates shuffle in place. */
export function shuffle<Items extends { length: number; [index: number]: unknown }>(
  items: Items,
  random: SeededRandom,
): Items {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
  return items;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
