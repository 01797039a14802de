import {
  BIN,
  GAIN,
  LEFT_GRADIENT,
  LEFT_HESSIAN,
  LEFT_ROWS,
  MISSING,
  MISSING_LEFT,
  MISSING_UNSEEN,
  type SearchedLeaf,
} from "./split-place.ts";
import { CHILDREN, FIRST_CHILD } from "./tree-jobs.ts";
import { CHILD_NUMBERS, CHILD_WORDS, FOUND_NUMBERS, SET_WORDS } from "./tree-memory.ts";
import type { TreeTeam } from "./tree-team.ts";

/** A leaf whose histogram is made. */
export interface SearchedChild extends SearchedLeaf {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
  /** Columns by which it may be split; none: only its histogram is wanted. */
  readonly allowed: Int32Array;
}

/** How a leaf is best split. */
export interface FoundSplit {
  readonly column: number;
  /** What both sides gain, each by `leafGain`. */
  readonly gain: number;
  /** The last bin of numbers that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Bins of categories that go left, a bit each. */
  readonly set: Uint32Array;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly leftRows: number;
}

/** Bins and rows that are not worth waking another thread for. */
const SHORT = 4000;

/**
 * Makes histograms of one child by its rows, and of a second one, whose slot holds their parent's, by what is left; and finds how each is best split.
 *
 * @param columns Those of the histograms, ascending.
 */
export function searchChildren(
  team: TreeTeam,
  columns: Int32Array,
  children: readonly SearchedChild[],
): readonly (FoundSplit | undefined)[] {
  const { memory } = team;
  const { words, numbers, allowed, listed } = memory.job;
  words[CHILDREN] = children.length;
  for (const [child, { slot, start, end, allowed: own, ...leaf }] of children.entries()) {
    words.set([slot, start, end], FIRST_CHILD + child * CHILD_WORDS);
    numbers.set([leaf.gradient, leaf.hessian, leaf.low, leaf.high, leaf.least], child * CHILD_NUMBERS);
    allowed.fill(0, child * memory.columns, (child + 1) * memory.columns);
    for (const column of own) allowed[child * memory.columns + column] = 1;
  }
  listed.set(columns);
  const [first] = children as [SearchedChild];
  const work = (first.end - first.start) * columns.length + memory.firstBin[memory.columns]! * children.length;
  team.run("histograms", columns.length, { alone: work < SHORT });
  return children.map(({ allowed: own, rows }, child) => readFound(team, { child, columns: own, rows }));
}

function readFound(
  { memory }: TreeTeam,
  { child, columns, rows }: { readonly child: number; readonly columns: Int32Array; readonly rows: number },
): FoundSplit | undefined {
  const { found, sets } = memory.job;
  const placeOf = (column: number) => child * memory.columns + column;
  const gainOf = (column: number) => found[placeOf(column) * FOUND_NUMBERS + GAIN]!;
  let best = -1;
  for (const column of columns) {
    if (gainOf(column) > (best < 0 ? Number.NEGATIVE_INFINITY : gainOf(best))) best = column;
  }
  if (best < 0) return undefined;
  const at = placeOf(best) * FOUND_NUMBERS;
  const leftRows = found[at + LEFT_ROWS]!;
  const missing = found[at + MISSING]!;
  return {
    column: best,
    gain: found[at + GAIN]!,
    bin: found[at + BIN]!,
    missingLeft: missing === MISSING_UNSEEN ? 2 * leftRows >= rows : missing === MISSING_LEFT,
    set: sets.slice(placeOf(best) * SET_WORDS, (placeOf(best) + 1) * SET_WORDS),
    leftGradient: found[at + LEFT_GRADIENT]!,
    leftHessian: found[at + LEFT_HESSIAN]!,
    leftRows,
  };
}
