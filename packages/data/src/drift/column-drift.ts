import type { Column } from "../frames/frame.ts";
import { quantileOf } from "../preprocessing/statistics.ts";
import { sortedNumbers } from "../profile/summarize-numbers.ts";
import { chiSquareChance, holm, kolmogorovSmirnovChance } from "./p-values.ts";

/** What two samples of a column say of whether they are of one distribution. */
export const DRIFT_VERDICTS = ["drifted", "undecided", "steady"] as const;
export type DriftVerdict = (typeof DRIFT_VERDICTS)[number];

/** How one column of two tables differs. */
export interface ColumnDrift {
  readonly name: string;
  readonly verdict: DriftVerdict;
  /** Population stability index: how far the shares of ten intervals, or of the categories, lie apart. */
  readonly stability: number;
  /** Of numbers, dates and lengths of texts the Kolmogorov-Smirnov test, of categories the chi-square test. */
  readonly test: "Kolmogorov-Smirnov" | "chi-square";
  readonly statistic: number;
  /** Corrected for the number of columns. */
  readonly chance: number;
  /** Categories that only the other table has, those of most rows first. */
  readonly unseen: readonly string[];
}

/** Below the first an index is steady, from the second on drifted, if chance does not explain it. */
const STEADY = 0.1;
const DRIFTED = 0.2;
const UNLIKELY = 0.05;
const INTERVALS = 10;
const MOST_CATEGORIES = 50;
const SHOWN = 5;
/** In place of a share of 0, which has no logarithm. */
const LEAST_SHARE = 1e-4;
/** Fewer rows of either side say nothing. */
const FEWEST_ROWS = 10;

type Compared = Omit<ColumnDrift, "verdict" | "name">;

/**
 * Compares the columns that two tables share.
 *
 * A column has drifted where its population stability index is at least 0.2 and a test finds it unlikely (0.05, by Holm corrected for the
 * number of columns) that both samples are of one distribution; it is steady where the index is below 0.1; else the rows do not decide.
 */
export function columnDrifts(table: readonly Column[], other: readonly Column[]): ColumnDrift[] {
  const compared = table.flatMap((column) => {
    const counterpart = other.find(({ name }) => name === column.name);
    const drift = counterpart === undefined ? undefined : compare(column, counterpart);
    return drift === undefined ? [] : [{ name: column.name, ...drift }];
  });
  const chances = holm(compared.map(({ chance }) => chance));
  return compared.map((drift, i) => ({
    ...drift,
    chance: chances[i]!,
    verdict: verdictOf(drift.stability, chances[i]!),
  }));
}

function verdictOf(stability: number, chance: number): DriftVerdict {
  if (stability < STEADY) return "steady";
  return stability >= DRIFTED && chance < UNLIKELY ? "drifted" : "undecided";
}

function compare(column: Column, other: Column): Compared | undefined {
  if (column.kind === "category" && other.kind === "category") return compareCategories(column, other);
  const [one, another] = [numbersOf(column), numbersOf(other)];
  if (one === undefined || another === undefined || column.kind !== other.kind) return undefined;
  return compareNumbers(one, another);
}

/** Numbers, dates, or the lengths of texts, ascending. */
function numbersOf(column: Column): Float64Array | undefined {
  if (column.kind === "category") return undefined;
  if (column.kind !== "text") return sortedNumbers(column.values);
  return Float64Array.from(
    column.values.filter((text) => text !== ""),
    ({ length }) => length,
  ).sort();
}

function compareNumbers(one: Float64Array, other: Float64Array): Compared | undefined {
  if (Math.min(one.length, other.length) < FEWEST_ROWS) return undefined;
  const ends = Array.from({ length: INTERVALS - 1 }, (_, i) => quantileOf(one, (i + 1) / INTERVALS));
  const edges = [...new Set(ends)];
  const statistic = largestGap(one, other);
  return {
    stability: stabilityIndex(intervalCounts(one, edges), intervalCounts(other, edges)),
    test: "Kolmogorov-Smirnov",
    statistic,
    chance: kolmogorovSmirnovChance(statistic, [one.length, other.length]),
    unseen: [],
  };
}

function intervalCounts(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let interval = 0;
  for (const value of sorted) {
    while (interval < edges.length && value > edges[interval]!) interval++;
    counts[interval]!++;
  }
  return counts;
}

/** The largest distance between two empirical distribution functions. */
function largestGap(one: Float64Array, other: Float64Array): number {
  let [i, j, gap] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    const value = Math.min(one[i]!, other[j]!);
    while (i < one.length && one[i] === value) i++;
    while (j < other.length && other[j] === value) j++;
    gap = Math.max(gap, Math.abs(i / one.length - j / other.length));
  }
  return gap;
}

function stabilityIndex(one: readonly number[], other: readonly number[]): number {
  const [all, others] = [one, other].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [number, number];
  return one.reduce((sum, count, i) => {
    const [share, otherShare] = [Math.max(LEAST_SHARE, count / all), Math.max(LEAST_SHARE, other[i]! / others)];
    return sum + (otherShare - share) * Math.log(otherShare / share);
  }, 0);
}

type CategoryColumn = Extract<Column, { kind: "category" }>;

function compareCategories(one: CategoryColumn, other: CategoryColumn): Compared | undefined {
  const [counts, others] = [countsOf(one), countsOf(other)];
  const names = [...new Set([...counts.keys(), ...others.keys()])];
  const rows = (name: string) => (counts.get(name) ?? 0) + (others.get(name) ?? 0);
  const byRows = names.sort((a, b) => rows(b) - rows(a));
  const kept = new Set(byRows.slice(0, MOST_CATEGORIES));
  const gather = (all: ReadonlyMap<string, number>) => {
    const rest = byRows.slice(MOST_CATEGORIES).reduce((sum, name) => sum + (all.get(name) ?? 0), 0);
    return [...Array.from(kept, (name) => all.get(name) ?? 0), ...(byRows.length > MOST_CATEGORIES ? [rest] : [])];
  };
  const [left, right] = [gather(counts), gather(others)];
  const [all, total] = [left, right].map((each) => each.reduce((sum, count) => sum + count, 0)) as [number, number];
  if (Math.min(all, total) < FEWEST_ROWS) return undefined;
  const statistic = left.reduce((sum, count, i) => {
    const both = count + right[i]!;
    const [expected, expectedOther] = [(both * all) / (all + total), (both * total) / (all + total)];
    return sum + (count - expected) ** 2 / expected + (right[i]! - expectedOther) ** 2 / expectedOther;
  }, 0);
  return {
    stability: stabilityIndex(left, right),
    test: "chi-square",
    statistic,
    chance: left.length < 2 ? 1 : chiSquareChance(statistic, left.length - 1),
    unseen: [...others.keys()]
      .filter((name) => !counts.has(name))
      .sort((a, b) => others.get(b)! - others.get(a)!)
      .slice(0, SHOWN),
  };
}

function countsOf({ codes, categories }: CategoryColumn): Map<string, number> {
  const counts = new Map<string, number>();
  for (const code of codes) {
    if (code >= 0) counts.set(categories[code]!, (counts.get(categories[code]!) ?? 0) + 1);
  }
  return counts;
}
