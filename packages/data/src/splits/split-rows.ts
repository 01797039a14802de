import { apportion } from "./apportion.ts";
import { assignGroups, collectGroups, countForSeveral, type Strata, sizesOf, type Tally } from "./assign-groups.ts";

const SPLITS = ["train", "test", "validation"] as const;
type SplitName = (typeof SPLITS)[number];
type Shares = Readonly<Record<SplitName, number>>;

export interface SplitOptions {
  /** Of each row what is kept in proportion: its label, each of its labels, a quantile of its target. */
  readonly strata: Strata;
  /** One group per row, any integer; rows of one group stay in one split. */
  readonly groups: Int32Array;
  /** Share of the rows; 0 where a published test file is used. */
  readonly test: number;
  /** Share of the rows; 0 where all are learned from. */
  readonly validation: number;
  /** Keep each stratum's share in every split. */
  readonly stratify: boolean;
  readonly seed: number;
}

/** Keeps the distance to a target of nothing finite. */
const LEAST_TARGET = 0.5;

/** Row numbers, ascending. */
export type Split = Readonly<Record<SplitName, readonly number[]>>;

/**
 * Divides rows into train, validation and test: every row once, groups whole, each stratum in proportion.
 *
 * Each stratum has a whole number of rows to reach in every split, at least one where it has enough groups.
 * The groups, largest first and otherwise in an order drawn by `seed`, go where they bring the counts nearest
 * to these numbers (least squares). Groups of one row with one stratum each therefore reach them exactly. The
 * same options give the same split.
 */
export function splitRows(options: SplitOptions): Split {
  const { test, validation, stratify, seed } = options;
  const shares: Shares = { train: 1 - test - validation, test, validation };
  const groups = collectGroups(options.groups, stratify ? options.strata : options.strata.map(() => [""]));
  const tallies = new Map<string, Tally>();
  const several = countForSeveral(groups);
  for (const [stratum, size] of sizesOf(groups)) {
    const wanted = targetsOf(size, shares);
    const targets = SPLITS.map((name) => wanted[name]);
    // Rows that count for several strata fill splits of different sizes side by side: the last of them have no choice.
    const divisors = targets.map((target) => (several ? Math.max(target, LEAST_TARGET) : size.rows));
    tallies.set(stratum, { targets, have: SPLITS.map(() => 0), divisors, size: size.rows });
  }
  const parts = [...SPLITS.keys()].filter((part) => shares[SPLITS[part]!] > 0);
  // Of parts that get none the last ones are not told.
  const [train = [], held = [], validated = []] = assignGroups(groups, { tallies, parts, seed });
  return { train, test: held, validation: validated };
}

/**
 * Whole numbers of rows in proportion; one row each for train, test, validation, in this order, as far as
 * groups reach.
 */
function targetsOf(size: { rows: number; groups: number }, shares: Shares): Record<SplitName, number> {
  const [train, test, validation] = apportion(
    size.rows,
    SPLITS.map((name) => shares[name]),
  );
  const targets = { train: train!, test: test!, validation: validation! };
  const entitled = SPLITS.filter((name) => shares[name] > 0).slice(0, size.groups);
  for (const name of SPLITS) {
    if (targets[name] > 0 && !entitled.includes(name)) {
      targets.train += targets[name];
      targets[name] = 0;
    }
  }
  for (const name of entitled) {
    if (targets[name] > 0) continue;
    const giver = [...entitled].sort((a, b) => targets[b] - targets[a])[0]!;
    if (targets[giver] < 2) continue;
    targets[giver]--;
    targets[name]++;
  }
  return targets;
}
