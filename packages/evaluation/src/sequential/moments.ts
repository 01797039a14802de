/** What a stream of numbers comes to: enough for means and their sequences, and small enough to be kept for each window. */
export interface Moments {
  readonly count: number;
  /** 0 of no numbers. */
  readonly mean: number;
  /** The sum of squared distances from the mean. */
  readonly squares: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, squares: 0 };

/** Of numbers, one after the other (Welford, 1962). */
export function momentsOf(values: Iterable<number>): Moments {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    count++;
    const distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
  }
  return { count, mean, squares };
}

/** Of cases that happened or not: numbers that are 1 or 0. */
export function momentsOfShare(hits: number, cases: number): Moments {
  const mean = cases === 0 ? 0 : hits / cases;
  return { count: cases, mean, squares: cases * mean * (1 - mean) };
}

/**
 * Of two streams together: of windows, or of replicas.
 *
 * @see Chan, Golub & LeVeque, "Algorithms for computing the sample variance: analysis and recommendations", 1983
 */
export function joinMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (count === 0) return NO_MOMENTS;
  const distance = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance ** 2 * a.count * b.count) / count,
  };
}

/** The unbiased variance; 0 of fewer than two numbers. */
export function varianceOfMoments({ count, squares }: Moments): number {
  return count < 2 ? 0 : squares / (count - 1);
}
