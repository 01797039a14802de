import { seededRandom } from "../splits/seeded-random.ts";

/**
 * Bands and hash values in a band. Two texts meet if one band is equal: with similarity 0.8 that happens with
 * probability 1 − (1 − 0.8⁵)²⁰ = 0.9996, with 0.3 in 5 of 100 cases.
 */
export const BANDS = 20;
const ROWS_PER_BAND = 5;
const HASHES = BANDS * ROWS_PER_BAND;

// Fixed: the same texts give the same groups everywhere.
const random = seededRandom(1997);
const MULTIPLIERS = Int32Array.from({ length: HASHES }, () => random.below(2 ** 32) | 1);
const INCREMENTS = Int32Array.from({ length: HASHES }, () => random.below(2 ** 32));

/**
 * MinHash signature: the share of equal places in two signatures estimates the Jaccard similarity of the sets
 * (Broder 1997, On the resemblance and containment of documents).
 *
 * The hash functions are `a·x + b mod 2³²` with odd `a`.
 */
export function minHashSignature(set: Uint32Array): Uint32Array {
  const signature = new Uint32Array(HASHES);
  for (let k = 0; k < HASHES; k++) {
    const a = MULTIPLIERS[k]!;
    const b = INCREMENTS[k]!;
    let least = 0xffffffff;
    for (let i = 0; i < set.length; i++) {
      const value = (Math.imul(set[i]!, a) + b) >>> 0;
      if (value < least) least = value;
    }
    signature[k] = least;
  }
  return signature;
}

/** The estimate of the Jaccard similarity; its standard deviation is at most 0.05. */
export function estimatedJaccard(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let k = 0; k < HASHES; k++) if (a[k] === b[k]) equal++;
  return equal / HASHES;
}

/** A 32-bit key of one band of a signature. */
export function bandKey(signature: Uint32Array, band: number): number {
  let key = 0x811c9dc5;
  for (let k = band * ROWS_PER_BAND; k < (band + 1) * ROWS_PER_BAND; k++) {
    key = Math.imul(key ^ signature[k]!, 0x01000193);
    key ^= key >>> 15;
  }
  return key;
}
