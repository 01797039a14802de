import { seededRandom, shuffle } from "./seeded-random.ts";

/** Rows that stay together. */
export interface Group {
  readonly rows: number[];
  /** How many of them count for each stratum. */
  readonly counts: Map<string, number>;
}

/** Of one stratum what each part should hold, and what it holds so far. */
export interface Tally {
  readonly targets: readonly number[];
  readonly have: number[];
  /** For each part, by which the distance to its target is divided. */
  readonly divisors: readonly number[];
  /** Its rows. */
  readonly size: number;
}

/**
 * What each row counts for, whatever splits are to have in proportion: its label, each of its labels, a
 * quantile.
 */
export type Strata = readonly (readonly string[])[];

/**
 * @param ids One number per row; rows of one number form a group.
 * @param strata Of each row at least one.
 */
export function collectGroups(ids: Int32Array, strata: Strata): Group[] {
  const groups = new Map<number, Group>();
  for (const [row, id] of ids.entries()) {
    let group = groups.get(id);
    if (group === undefined) {
      group = { rows: [], counts: new Map() };
      groups.set(id, group);
    }
    group.rows.push(row);
    for (const stratum of strata[row]!) group.counts.set(stratum, (group.counts.get(stratum) ?? 0) + 1);
  }
  return [...groups.values()];
}

/** Rows and groups of each stratum. */
export function sizesOf(groups: readonly Group[]): Map<string, { rows: number; groups: number }> {
  const sizes = new Map<string, { rows: number; groups: number }>();
  for (const { counts } of groups) {
    for (const [stratum, count] of counts) {
      const size = sizes.get(stratum) ?? { rows: 0, groups: 0 };
      sizes.set(stratum, { rows: size.rows + count, groups: size.groups + 1 });
    }
  }
  return sizes;
}

/**
 * Puts each group into a part: largest first, and otherwise in an order drawn by `seed`, where it brings the
 * counts nearest to their targets (least squares, divided as the tallies say; the earlier part at a tie).
 * Where rows count for several strata, those with the rarest come first, while there is room for them
 * everywhere (after Sechidis, Tsoumakas & Vlahavas 2011, On the stratification of multi-label data).
 *
 * @param options.parts Numbers of the parts that may get rows.
 * @returns The rows of each part of the tallies, ascending.
 */
export function assignGroups(
  groups: Group[],
  options: { readonly tallies: ReadonlyMap<string, Tally>; readonly parts: readonly number[]; readonly seed: number },
): number[][] {
  const { tallies, parts, seed } = options;
  const assigned = Array.from({ length: Math.max(...parts) + 1 }, (): number[] => []);
  shuffle(groups, seededRandom(seed)).sort((a, b) => b.rows.length - a.rows.length);
  if (countForSeveral(groups)) rarestFirst(groups, tallies);
  for (const { rows, counts } of groups) {
    let best = parts[0]!;
    let least = Number.POSITIVE_INFINITY;
    for (const part of parts) {
      const cost = costOf(counts, part, tallies);
      if (cost < least) {
        least = cost;
        best = part;
      }
    }
    for (const [stratum, count] of counts) tallies.get(stratum)!.have[best]! += count;
    for (const row of rows) assigned[best]!.push(row);
  }
  for (const rows of assigned) rows.sort((a, b) => a - b);
  return assigned;
}

/** Whether rows count for several strata. */
export function countForSeveral(groups: readonly Group[]): boolean {
  return groups.some(({ rows, counts }) => [...counts.values()].reduce((a, b) => a + b, 0) > rows.length);
}

/** Among groups of one size those with the rarest stratum first, otherwise in their order. */
function rarestFirst(groups: Group[], tallies: ReadonlyMap<string, Tally>): void {
  const rarest = new Map(
    groups.map((group) => [group, Math.min(...[...group.counts.keys()].map((each) => tallies.get(each)!.size))]),
  );
  groups.sort((a, b) => b.rows.length - a.rows.length || rarest.get(a)! - rarest.get(b)!);
}

/** How much the squared distance to the targets grows, divided as the tallies say. */
function costOf(counts: ReadonlyMap<string, number>, part: number, tallies: ReadonlyMap<string, Tally>): number {
  let cost = 0;
  for (const [stratum, count] of counts) {
    const { targets, have, divisors } = tallies.get(stratum)!;
    cost += (count * (2 * (have[part]! - targets[part]!) + count)) / divisors[part]!;
  }
  return cost;
}
