import type { TreeMemory } from "./tree-memory.ts";

/** What is added to a number and taken away again, which leaves it with as few bits as sums of `count` such numbers need to be exact. */
export function roundingTerm(greatest: number, count: number): number {
  if (greatest === 0) return 0;
  return 1.5 * 2 ** (Math.ceil(Math.log2(greatest)) + Math.ceil(Math.log2(count)) + 1);
}

/**
 * Writes the pairs of rows `start` to `end`: derivatives of an output on a grid on which sums of all rows are exact, so that the same bits come out
 * whichever way they are added up, times how often the row counts. Returns their sums.
 */
export function roundDerivatives(
  { gradients, hessians, repeats, pairs, rows }: TreeMemory,
  {
    output,
    start,
    end,
    terms: [gradientTerm, hessianTerm],
  }: {
    readonly output: number;
    readonly start: number;
    readonly end: number;
    readonly terms: readonly [gradient: number, hessian: number];
  },
) {
  const first = output * rows;
  const all = repeats.length === 0;
  let [gradient, hessian] = [0, 0];
  for (let row = start; row < end; row++) {
    const times = all ? 1 : repeats[row]!;
    const own = times * (gradients[first + row]! + gradientTerm - gradientTerm);
    const curve = times * (hessians[first + row]! + hessianTerm - hessianTerm);
    pairs[2 * row] = own;
    pairs[2 * row + 1] = curve;
    gradient += own;
    hessian += curve;
  }
  return { gradient, hessian };
}
