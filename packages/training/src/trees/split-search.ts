import { searchCategories } from "./category-search.ts";
import { type LeafRule, leafGain, leafValue } from "./leaf-values.ts";
import {
  BIN,
  type ColumnHistogram,
  GAIN,
  LEFT_GRADIENT,
  LEFT_HESSIAN,
  LEFT_ROWS,
  MISSING,
  MISSING_LEFT,
  MISSING_RIGHT,
  MISSING_UNSEEN,
  type SearchedLeaf,
  type SplitPlace,
} from "./split-place.ts";
import { FOUND_NUMBERS, type SplitRules, type TreeMemory } from "./tree-memory.ts";

/** Finds the best split of a leaf by a column; its gain is −∞ where there is none. */
export function searchColumn(
  memory: TreeMemory,
  { column, child, slot }: { readonly column: number; readonly child: number; readonly slot: number },
  leaf: SearchedLeaf,
): void {
  const { firstBin, job, sums, counts } = memory;
  const first = slot * firstBin[memory.columns]! + firstBin[column]!;
  const histogram = { sums, counts, first, bins: firstBin[column + 1]! - firstBin[column]! };
  const place = { found: job.found, at: (child * memory.columns + column) * FOUND_NUMBERS };
  place.found[place.at + GAIN] = Number.NEGATIVE_INFINITY;
  if (memory.isCategory[column] === 1) {
    searchCategories(memory, histogram, { leaf, place, set: child * memory.columns + column });
    return;
  }
  const direction = memory.monotone[column]!;
  const hasMissing = counts[first + histogram.bins - 1]! > 0;
  scanNumbers(memory.rules, histogram, {
    leaf,
    place,
    direction,
    missing: hasMissing ? MISSING_RIGHT : MISSING_UNSEEN,
  });
  if (hasMissing) scanNumbers(memory.rules, histogram, { leaf, place, direction, missing: MISSING_LEFT });
}

interface Scan {
  readonly leaf: SearchedLeaf;
  readonly place: SplitPlace;
  readonly direction: number;
  readonly missing: number;
}

/** Tries a border behind each bin with rows. */
function scanNumbers(rules: SplitRules, histogram: ColumnHistogram, { leaf, place, direction, missing }: Scan): void {
  const { sums, counts, first, bins } = histogram;
  const { minRowsInLeaf, minHessianInLeaf, l1, l2 } = rules;
  const { gradient, hessian, rows, low, high } = leaf;
  const rule = { l1, l2, low, high };
  // Without penalties on |leaf| and bounds, a side gains G² / (H + λ).
  const isPlain = l1 === 0 && low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY && direction === 0;
  const last = first + bins - 1;
  const startsLeft = missing === MISSING_LEFT;
  let leftGradient = startsLeft ? sums[2 * last]! : 0;
  let leftHessian = startsLeft ? sums[2 * last + 1]! : 0;
  let leftRows = startsLeft ? counts[last]! : 0;
  let best = Math.max(place.found[place.at + GAIN]!, leaf.least);
  for (let bin = first; bin < last; bin++) {
    const inBin = counts[bin]!;
    if (inBin === 0) continue;
    leftRows += inBin;
    leftGradient += sums[2 * bin]!;
    leftHessian += sums[2 * bin + 1]!;
    if (leftRows < minRowsInLeaf || leftHessian < minHessianInLeaf) continue;
    const rightRows = rows - leftRows;
    const rightHessian = hessian - leftHessian;
    if (rightRows < minRowsInLeaf || rightHessian < minHessianInLeaf) return;
    const rightGradient = gradient - leftGradient;
    const gain = isPlain
      ? (leftGradient * leftGradient) / (leftHessian + l2) + (rightGradient * rightGradient) / (rightHessian + l2)
      : boundedGain(direction, rule, leftGradient, leftHessian, rightGradient, rightHessian);
    if (!(gain > best)) continue;
    best = gain;
    const { found, at } = place;
    found[at + GAIN] = gain;
    found[at + LEFT_GRADIENT] = leftGradient;
    found[at + LEFT_HESSIAN] = leftHessian;
    found[at + LEFT_ROWS] = leftRows;
    found[at + BIN] = bin - first;
    found[at + MISSING] = missing;
  }
}

/** What both sides gain within their bounds; nothing where they would break a column's direction. */
function boundedGain(
  direction: number,
  rule: LeafRule,
  leftGradient: number,
  leftHessian: number,
  rightGradient: number,
  rightHessian: number,
): number {
  if (direction !== 0) {
    const rise = leafValue(rightGradient, rightHessian, rule) - leafValue(leftGradient, leftHessian, rule);
    if (rise * direction < 0) return Number.NEGATIVE_INFINITY;
  }
  return leafGain(leftGradient, leftHessian, rule) + leafGain(rightGradient, rightHessian, rule);
}
