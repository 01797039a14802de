import type { TreeMemory } from "./tree-memory.ts";

/** Splits rows of the order, `start` to `end`, by a column's codes, keeping their order on both sides; returns where the right side begins. */
export class RowPartition {
  readonly #memory: TreeMemory;
  readonly #right: Int32Array;

  constructor(memory: TreeMemory) {
    this.#memory = memory;
    this.#right = new Int32Array(memory.rows);
  }

  /** @param goesLeft 1 for codes that go left, 0 for others. */
  split(column: number, goesLeft: Uint8Array, start: number, end: number): number {
    const { codes, order, rows } = this.#memory;
    const right = this.#right;
    const first = column * rows;
    let [left, moved] = [start, 0];
    for (let at = start; at < end; at++) {
      const row = order[at]!;
      const isLeft = goesLeft[codes[first + row]!]!;
      // Both are written and one counts: no branch that a processor would have to guess.
      order[left] = row;
      right[moved] = row;
      left += isLeft;
      moved += 1 - isLeft;
    }
    order.set(right.subarray(0, moved), left);
    return left;
  }
}

/** What is added to a number and taken away again, which leaves it with as few bits as sums of `count` such numbers need to be exact. */
export function roundingTerm(greatest: number, count: number): number {
  if (greatest === 0) return 0;
  return 1.5 * 2 ** (Math.ceil(Math.log2(greatest)) + Math.ceil(Math.log2(count)) + 1);
}

/**
 * Brings derivatives of rows `start` to `end` of the order into that order, rounded to a grid on which sums of all rows are exact: whichever way
 * they are added up, the same bits come out. Returns their sums.
 */
export function orderDerivatives(
  memory: TreeMemory,
  {
    output,
    start,
    end,
    gradientTerm,
    hessianTerm,
    repeats,
  }: {
    readonly output: number;
    readonly start: number;
    readonly end: number;
    readonly gradientTerm: number;
    readonly hessianTerm: number;
    /** How often each row counts. Default: once. */
    readonly repeats: Uint8Array | undefined;
  },
): { readonly gradient: number; readonly hessian: number } {
  const { order, gradients, hessians, orderedGradients, orderedHessians, rows } = memory;
  const first = output * rows;
  let [gradient, hessian] = [0, 0];
  for (let at = start; at < end; at++) {
    const row = order[at]!;
    const times = repeats === undefined ? 1 : repeats[row]!;
    const roundGradient = times * (gradients[first + row]! + gradientTerm - gradientTerm);
    const roundHessian = times * (hessians[first + row]! + hessianTerm - hessianTerm);
    orderedGradients[at] = roundGradient;
    orderedHessians[at] = roundHessian;
    gradient += roundGradient;
    hessian += roundHessian;
  }
  return { gradient, hessian };
}
