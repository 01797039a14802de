/** Probabilities of a pair are kept away from 0 and 1. */
const LEAST = 1e-7;

/**
 * Probabilities of classes from those of pairs, by the second method of Wu, Lin and Weng (JMLR 5, 2004), which libsvm runs until the error is
 * below 0.005 / classes.
 *
 * @param pairs `pairs[i][j]`: how probable class i is where it is one of i and j.
 */
export function coupleProbabilities(pairs: readonly (readonly number[])[]): readonly number[] {
  const count = pairs.length;
  const all = Array.from({ length: count }, (_, i) => i);
  const q = all.map((t) =>
    all.map((j) =>
      t === j
        ? all.reduce((sum, other) => sum + (other === t ? 0 : pairs[other]![t]! ** 2), 0)
        : -pairs[j]![t]! * pairs[t]![j]!,
    ),
  );
  const p = all.map(() => 1 / count);
  for (let round = 0; round < Math.max(100, count); round++) {
    const products = all.map((t) => all.reduce((sum, j) => sum + q[t]![j]! * p[j]!, 0));
    let quadratic = all.reduce((sum, t) => sum + p[t]! * products[t]!, 0);
    if (products.every((product) => Math.abs(product - quadratic) < 0.005 / count)) break;
    for (const t of all) {
      const step = (quadratic - products[t]!) / q[t]![t]!;
      p[t]! += step;
      quadratic = (quadratic + step * (step * q[t]![t]! + 2 * products[t]!)) / (1 + step) ** 2;
      for (const j of all) {
        products[j] = (products[j]! + step * q[t]![j]!) / (1 + step);
        p[j]! /= 1 + step;
      }
    }
  }
  return p;
}

/** How probable the first of two classes is, by Platt's sigmoid. */
export function pairProbability(decision: number, a: number, b: number): number {
  return Math.min(1 - LEAST, Math.max(LEAST, 1 / (1 + Math.exp(decision * a + b))));
}
