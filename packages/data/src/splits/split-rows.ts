import { apportion } from "./apportion.ts";
import { seededRandom, shuffle } from "./seeded-random.ts";

const SPLITS = ["train", "test", "validation"] as const;
type SplitName = (typeof SPLITS)[number];

export interface SplitOptions {
  /** One label a row. */
  readonly labels: readonly string[];
  /** One group a row, any integer; rows of one group stay in one split. */
  readonly groups: Int32Array;
  /** Share of the rows; 0 where a published test file is used. */
  readonly test: number;
  readonly validation: number;
  /** Keep each label's share in every split. */
  readonly stratify: boolean;
  readonly seed: number;
}

/** Row numbers, ascending. */
export type Split = Readonly<Record<SplitName, readonly number[]>>;

/** What a split should hold of one label, and what it holds so far. */
type Tally = Record<SplitName, { target: number; have: number }>;

interface Group {
  readonly rows: number[];
  readonly counts: Map<string, number>;
}

/**
 * Divides rows into train, validation and test: every row once, groups whole, each label in proportion.
 *
 * Each label has a whole number of rows to reach in every split, at least one where it has enough groups. The groups,
 * largest first and otherwise in an order drawn by `seed`, go where they bring the counts nearest to these numbers
 * (least squares). Groups of one row therefore reach them exactly. The same options give the same split.
 */
export function splitRows(options: SplitOptions): Split {
  const { labels, test, validation, stratify, seed } = options;
  const labelOf = (row: number): string => (stratify ? labels[row]! : "");
  const groups = collectGroups(options.groups, labelOf);
  const tallies = makeTallies(groups, { train: 1 - test - validation, test, validation });
  const split: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  shuffle(groups, seededRandom(seed)).sort((a, b) => b.rows.length - a.rows.length);
  const open = SPLITS.filter((name) => name !== "test" || test > 0);
  for (const group of groups) {
    let best: SplitName = "train";
    let least = Number.POSITIVE_INFINITY;
    for (const name of open) {
      const cost = costOf(group, name, tallies);
      if (cost < least) {
        least = cost;
        best = name;
      }
    }
    for (const [label, count] of group.counts) tallies.get(label)![best].have += count;
    for (const row of group.rows) split[best].push(row);
  }
  for (const name of SPLITS) split[name].sort((a, b) => a - b);
  return split;
}

function collectGroups(ids: Int32Array, labelOf: (row: number) => string): Group[] {
  const groups = new Map<number, Group>();
  for (const [row, id] of ids.entries()) {
    let group = groups.get(id);
    if (group === undefined) {
      group = { rows: [], counts: new Map() };
      groups.set(id, group);
    }
    group.rows.push(row);
    const label = labelOf(row);
    group.counts.set(label, (group.counts.get(label) ?? 0) + 1);
  }
  return [...groups.values()];
}

function makeTallies(groups: readonly Group[], shares: Readonly<Record<SplitName, number>>): Map<string, Tally> {
  const sizes = new Map<string, { rows: number; groups: number }>();
  for (const { counts } of groups) {
    for (const [label, count] of counts) {
      const size = sizes.get(label) ?? { rows: 0, groups: 0 };
      sizes.set(label, { rows: size.rows + count, groups: size.groups + 1 });
    }
  }
  const tallies = new Map<string, Tally>();
  for (const [label, size] of sizes) {
    const targets = targetsOf(size, shares);
    const tally = (name: SplitName) => ({ target: targets[name], have: 0 });
    tallies.set(label, { train: tally("train"), test: tally("test"), validation: tally("validation") });
  }
  return tallies;
}

/** Whole numbers of rows in proportion; one row each for train, test, validation, in this order, as far as groups reach. */
function targetsOf(
  size: { rows: number; groups: number },
  shares: Readonly<Record<SplitName, number>>,
): Record<SplitName, number> {
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

/** How much the squared distance to the targets grows, each label weighted by its size. */
function costOf(group: Group, name: SplitName, tallies: ReadonlyMap<string, Tally>): number {
  let cost = 0;
  for (const [label, count] of group.counts) {
    const tally = tallies.get(label)!;
    const { target, have } = tally[name];
    const size = tally.train.target + tally.test.target + tally.validation.target;
    cost += (count * (2 * (have - target) + count)) / size;
  }
  return cost;
}
