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
  const seen: number[] = [];
  for (let bin = 0; bin < bins; bin++) if (bin !== bins - 2 && counts[first + bin]! > 0) seen.push(bin);
  if (bins - 2 <= rules.fewCategories) {
    for (const bin of seen) tryGroups(memory, histogram, { ...search, order: [bin], l2: rules.l2, minGroup: 1 });
    return;
  }
  const common = seen.filter((bin) => counts[first + bin]! >= rules.categorySmoothing);
  const slope = (bin: number) => sums[2 * (first + bin)]! / (sums[2 * (first + bin) + 1]! + rules.categorySmoothing);
  const slopes = new Map(common.map((bin) => [bin, slope(bin)]));
  common.sort((a, b) => slopes.get(a)! - slopes.get(b)! || a - b);
  const most = Math.min(rules.categoriesPerSplit, Math.ceil(common.length / 2));
  const shared = { ...search, l2: rules.l2 + rules.categoryL2, minGroup: rules.minRowsPerGroup };
  tryGroups(memory, histogram, { ...shared, order: common.slice(0, most) });
  tryGroups(memory, histogram, { ...shared, order: common.toReversed().slice(0, most) });
}

interface GroupSearch extends CategorySearch {
  readonly order: readonly number[];
  readonly l2: number;
  /** Rows that are added to the left side, or left on the right one, at least. */
  readonly minGroup: number;
}

/** Tries the first bin of an order against the rest, the first two, and so on. */
function tryGroups(memory: TreeMemory, histogram: ColumnHistogram, search: GroupSearch): void {
  const { sums, counts, first } = histogram;
  const { minRowsInLeaf, minHessianInLeaf, l1 } = memory.rules;
  const { leaf, place, order, l2, minGroup } = search;
  const rule = { l1, l2, low: leaf.low, high: leaf.high };
  const { found, at } = place;
  let best = Math.max(found[at + GAIN]!, leaf.least);
  let [gradient, hessian, rows, group] = [0, 0, 0, 0];
  for (const [index, bin] of order.entries()) {
    gradient += sums[2 * (first + bin)]!;
    hessian += sums[2 * (first + bin) + 1]!;
    rows += counts[first + bin]!;
    group += counts[first + bin]!;
    if (rows < minRowsInLeaf || hessian < minHessianInLeaf) continue;
    const right = leaf.rows - rows;
    if (right < minRowsInLeaf || right < minGroup || leaf.hessian - hessian < minHessianInLeaf) return;
    if (group < minGroup) continue;
    group = 0;
    const gain = leafGain(gradient, hessian, rule) + leafGain(leaf.gradient - gradient, leaf.hessian - hessian, rule);
    if (!(gain > best)) continue;
    best = gain;
    found[at + GAIN] = gain;
    found[at + LEFT_GRADIENT] = gradient;
    found[at + LEFT_HESSIAN] = hessian;
    found[at + LEFT_ROWS] = rows;
    found[at + BIN] = order.length;
    found[at + MISSING] = MISSING_RIGHT;
    writeSet(memory.job.sets, search.set, order.slice(0, index + 1));
  }
}

function writeSet(sets: Uint32Array, set: number, bins: readonly number[]): void {
  sets.fill(0, set * SET_WORDS, (set + 1) * SET_WORDS);
  for (const bin of bins) sets[set * SET_WORDS + (bin >>> 5)]! |= 1 << (bin & 31);
}
