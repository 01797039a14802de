/** Padded lengths are multiples of it: it fills vector registers. */
const LENGTH_STEP = 8;

/** The length to which texts are padded of which the longest has so many tokens. */
export function paddedLength(longest: number): number {
  return Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP;
}
