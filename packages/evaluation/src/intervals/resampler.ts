/** Draws units (rows, documents) with replacement, as counts of how often each was drawn. */
export interface Resampler {
  /** The next resample, `[units]`; the same array each time. */
  next(): Float64Array;
}

/**
 * A stream of bootstrap resamples that a seed decides alone.
 *
 * The generator is Doty-Humphrey's sfc32 (PractRand 0.94), seeded through its counter and warmed up for 12 rounds.
 */
export function createResampler(units: number, seed: number): Resampler {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0;
  let counter = 1;
  const draw = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  for (let round = 0; round < 12; round++) draw();

  const counts = new Float64Array(units);
  const scale = units / 2 ** 32;
  return {
    next() {
      counts.fill(0);
      for (let drawn = 0; drawn < units; drawn++) counts[Math.floor(draw() * scale)]! += 1;
      return counts;
    },
  };
}
