import type { TreeMemory } from "./tree-memory.ts";

/** Columns that one pass over the rows adds up: rows and derivatives are read once for all of them. */
export const COLUMNS_PER_PASS = 4;

/** Which rows of the order, in which slot. */
export interface LeafRows {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

/** Adds up the histograms of some columns over a leaf's rows. */
export function fillHistograms(memory: TreeMemory, columns: Int32Array, { slot, start, end }: LeafRows): void {
  const { firstBin, rows } = memory;
  const first = slot * firstBin[memory.columns]!;
  for (const column of columns) {
    const [from, to] = [first + firstBin[column]!, first + firstBin[column + 1]!];
    memory.sums.fill(0, 2 * from, 2 * to);
    memory.counts.fill(0, from, to);
  }
  const placeOf = (column: number) => first + firstBin[column]!;
  if (columns.length === COLUMNS_PER_PASS) {
    const [a, b, c, d] = [columns[0]!, columns[1]!, columns[2]!, columns[3]!];
    const bins = { a: placeOf(a), b: placeOf(b), c: placeOf(c), d: placeOf(d) };
    const codes = { a: a * rows, b: b * rows, c: c * rows, d: d * rows };
    addFour(memory, bins, codes, start, end);
  } else for (const column of columns) addOne(memory, placeOf(column), column * rows, start, end);
}

/** The histogram of a sibling from its parent's, in its place; sums are exact, so that nothing is lost. */
export function subtractHistograms(memory: TreeMemory, columns: Int32Array, from: number, slot: number): void {
  const { firstBin, sums, counts } = memory;
  const bins = firstBin[memory.columns]!;
  for (const column of columns) {
    const length = firstBin[column + 1]! - firstBin[column]!;
    const [target, source] = [from * bins + firstBin[column]!, slot * bins + firstBin[column]!];
    for (let bin = 0; bin < length; bin++) counts[target + bin]! -= counts[source + bin]!;
    for (let at = 0; at < 2 * length; at++) sums[2 * target + at]! -= sums[2 * source + at]!;
  }
}

interface Four {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Written out, since this loop is most of the time of training. */
function addFour(
  { codes, order, orderedGradients, orderedHessians, sums, counts }: TreeMemory,
  { a: binsA, b: binsB, c: binsC, d: binsD }: Four,
  { a: codesA, b: codesB, c: codesC, d: codesD }: Four,
  start: number,
  end: number,
): void {
  for (let at = start; at < end; at++) {
    const row = order[at]!;
    const gradient = orderedGradients[at]!;
    const hessian = orderedHessians[at]!;
    let bin = binsA + codes[codesA + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = binsB + codes[codesB + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = binsC + codes[codesC + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
    bin = binsD + codes[codesD + row]!;
    sums[2 * bin]! += gradient;
    sums[2 * bin + 1]! += hessian;
    counts[bin]!++;
  }
}

function addOne(
  { codes, order, orderedGradients, orderedHessians, sums, counts }: TreeMemory,
  bins: number,
  firstCode: number,
  start: number,
  end: number,
): void {
  for (let at = start; at < end; at++) {
    const bin = bins + codes[firstCode + order[at]!]!;
    sums[2 * bin]! += orderedGradients[at]!;
    sums[2 * bin + 1]! += orderedHessians[at]!;
    counts[bin]!++;
  }
}
