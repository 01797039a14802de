import { leafGain } from "./leaf-values.ts";
import {
  BIN,
  type ColumnHistogram,
  GAIN,
  LEFT_GRADIENT,
  LEFT_HESSIAN,
  LEFT_ROWS,
  MISSING,
  MISSING_RIGHT,
  type SearchedLeaf,
  type SplitPlace,
} from "./split-place.ts";
import { SET_WORDS, type TreeMemory } from "./tree-memory.ts";

interface CategorySearch {
  readonly leaf: SearchedLeaf;
  readonly place: SplitPlace;
  /** Which of the sets of bins is the column's. */
  readonly set: number;
}

/**
 * Finds the categories that go left, those missing among them; the others, and whatever was never seen, go right.
 *
 * Few categories are tried one against the rest. More are ordered by their gradient per hessian, and split between neighbours from either end, which
 * finds the best split of all (Fisher 1958, "On Grouping for Maximum Homogeneity"); smoothing, a penalty and least groups keep rare categories
 * from being believed, as in LightGBM.
 */
export function searchCategories(memory: TreeMemory, histogram: ColumnHistogram, search: CategorySearch): void {
  const { rules } = memory;
  const { counts, sums, first, bins } = histogram;
  // The bin before the last is of categories without one of their own: as those that were never seen, they go right.
  const rare = bins - 2;
  const isFew = rare <= rules.fewCategories;
  const least = isFew ? rules.minRowsInLeaf : rules.categorySmoothing;
  let count = 0;
  for (let bin = 0; bin < bins; bin++) {
    const rows = counts[first + bin]!;
    if (bin === rare || rows === 0 || rows < least) continue;
    SLOPES[bin] = sums[2 * (first + bin)]! / (sums[2 * (first + bin) + 1]! + rules.categorySmoothing);
    ORDER[count++] = bin;
  }
  if (isFew) {
    for (let at = 0; at < count; at++)
      tryGroups(memory, histogram, search, { start: at, step: 1, count: 1, l2: rules.l2, minGroup: 1 });
    return;
  }
  ORDER.subarray(0, count).sort((a, b) => SLOPES[a]! - SLOPES[b]! || a - b);
  const most = Math.min(rules.categoriesPerSplit, Math.ceil(count / 2));
  const shared = { count: most, l2: rules.l2 + rules.categoryL2, minGroup: rules.minRowsPerGroup };
  tryGroups(memory, histogram, search, { ...shared, start: 0, step: 1 });
  tryGroups(memory, histogram, search, { ...shared, start: count - 1, step: -1 });
}

/** Bins of the column that is searched, in the order in which they are tried, and their gradients per hessian: a column has fewer than 256. */
const ORDER = new Uint8Array(256);
const SLOPES = new Float64Array(256);

/** Places of `ORDER`. */
interface Groups {
  readonly start: number;
  readonly step: 1 | -1;
  readonly count: number;
  readonly l2: number;
  /** Rows that are added to the left side, or left on the right one, at least. */
  readonly minGroup: number;
}

/** Tries the first bin of an order against the rest, the first two, and so on. */
function tryGroups(memory: TreeMemory, histogram: ColumnHistogram, search: CategorySearch, groups: Groups): void {
  const { sums, counts, first } = histogram;
  const { minRowsInLeaf, minHessianInLeaf, l1 } = memory.rules;
  const { leaf, place } = search;
  const { start, step, count, l2, minGroup } = groups;
  const rule = { l1, l2, low: leaf.low, high: leaf.high };
  const { found, at } = place;
  let best = Math.max(found[at + GAIN]!, leaf.least);
  let [gradient, hessian, rows, group, chosen] = [0, 0, 0, 0, 0];
  for (let tried = 1; tried <= count; tried++) {
    const bin = first + ORDER[start + step * (tried - 1)]!;
    gradient += sums[2 * bin]!;
    hessian += sums[2 * bin + 1]!;
    rows += counts[bin]!;
    group += counts[bin]!;
    if (rows < minRowsInLeaf || hessian < minHessianInLeaf) continue;
    const right = leaf.rows - rows;
    if (right < minRowsInLeaf || right < minGroup || leaf.hessian - hessian < minHessianInLeaf) break;
    if (group < minGroup) continue;
    group = 0;
    const gain = leafGain(gradient, hessian, rule) + leafGain(leaf.gradient - gradient, leaf.hessian - hessian, rule);
    if (!(gain > best)) continue;
    best = gain;
    found[at + GAIN] = gain;
    found[at + LEFT_GRADIENT] = gradient;
    found[at + LEFT_HESSIAN] = hessian;
    found[at + LEFT_ROWS] = rows;
    found[at + BIN] = count;
    found[at + MISSING] = MISSING_RIGHT;
    chosen = tried;
  }
  if (chosen > 0) writeSet(memory.job.sets, search.set, { start, step, count: chosen });
}

function writeSet(
  sets: Uint32Array,
  set: number,
  { start, step, count }: Pick<Groups, "start" | "step" | "count">,
): void {
  sets.fill(0, set * SET_WORDS, (set + 1) * SET_WORDS);
  for (let at = 0; at < count; at++) {
    const bin = ORDER[start + step * at]!;
    sets[set * SET_WORDS + (bin >>> 5)]! |= 1 << (bin & 31);
  }
}
