import { assignGroups, collectGroups, type Strata, sizesOf, type Tally } from "./assign-groups.ts";

export interface FoldOptions {
  /** Of each row what is kept in proportion: its label, each of its labels, a quantile of its target. */
  readonly strata: Strata;
  /** One group per row, any integer; rows of one group stay in one fold. */
  readonly groups: Int32Array;
  /** At least 2. */
  readonly folds: number;
  readonly seed: number;
}

/** No stratum: every row counts for it, so that folds are of one size where strata leave the choice. */
const ALL_ROWS = "\0all rows";
/** Makes it weigh less than the smallest difference that any stratum makes. */
const LIGHT = 1000;

/**
 * Divides rows into folds of one size: every row once, groups whole, each stratum in proportion.
 *
 * As in `splitRows`, groups go where they bring the counts nearest to their targets, here the same share of
 * every stratum for each fold. The same options give the same folds.
 *
 * @returns The row numbers of each fold, ascending.
 */
export function foldRows({ strata, groups: ids, folds, seed }: FoldOptions): readonly (readonly number[])[] {
  const counted = strata.map((each) => [...each, ALL_ROWS]);
  const groups = collectGroups(ids, counted);
  const tallies = new Map<string, Tally>();
  for (const [stratum, { rows }] of sizesOf(groups)) {
    tallies.set(stratum, {
      targets: new Array<number>(folds).fill(rows / folds),
      have: new Array<number>(folds).fill(0),
      divisors: new Array<number>(folds).fill(stratum === ALL_ROWS ? rows * LIGHT : rows),
      size: rows,
    });
  }
  return assignGroups(groups, { tallies, parts: [...Array(folds).keys()], seed });
}
