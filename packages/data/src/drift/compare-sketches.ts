import type { Sketch, SketchKind, SketchOf } from "@modelwright/contracts";
import { meanOf, varianceOf } from "../preprocessing/statistics.ts";
import { sortNumbers } from "../profile/sort-numbers.ts";
import { chiSquareStatistic, functionDistances, jensenShannon, stabilityIndex } from "./distances.ts";
import { compareVectors } from "./energy-distance.ts";
import { chiSquareChance, kolmogorovSmirnovChance } from "./p-values.ts";
import { filledRows } from "./sketches.ts";

/** How two sketches of a column differ. */
export interface SketchComparison {
  /** Population stability index, of numbers and categories: how far the shares of intervals, or of categories, lie apart. */
  readonly stability?: number;
  /** Jensen-Shannon distance (base 2, the root) of the same shares, from 0 to 1. */
  readonly jensenShannon?: number;
  /** Wasserstein distance of order 1 of the sampled numbers, in standard deviations of the reference's. */
  readonly wasserstein?: number;
  /** Energy coefficient of the sampled vectors, to 1. */
  readonly energy?: number;
  /** Of numbers the Kolmogorov-Smirnov test, of categories the chi-square test, of vectors a permutation test. */
  readonly test: "Kolmogorov-Smirnov" | "chi-square" | "energy";
  readonly statistic: number;
  /** Chance of as large a statistic where both are of one distribution. */
  readonly chance: number;
  /** Categories that only the second has, those of most rows first. */
  readonly unseen: readonly string[];
}

/** Categories that are compared; those of fewer rows are together. */
const MOST_CATEGORIES = 50;
const SHOWN = 5;
/** Fewer rows of either side say nothing. */
export const FEWEST_ROWS = 10;

/** Numbers, and how many of them fall into each of the intervals that both sides have. */
export interface CountedNumbers {
  readonly counts: readonly number[];
  /** Ascending. */
  readonly sorted: Float64Array;
}

/** Comparisons of two sketches of at least `FEWEST_ROWS` rows. */
const COMPARE: {
  readonly [Kind in SketchKind]: (one: SketchOf<Kind>, other: SketchOf<Kind>) => SketchComparison;
} = {
  number: (one, other) => compareNumbers(numbersOf(one), numbersOf(other)),
  category: (one, other) => {
    const [left, right] = categoryCounts(one, other);
    const statistic = chiSquareStatistic(left, right);
    const before = new Map(one.counts);
    return {
      stability: stabilityIndex(left, right),
      jensenShannon: jensenShannon(left, right),
      test: "chi-square",
      statistic,
      chance: left.length < 2 ? 1 : chiSquareChance(statistic, left.length - 1),
      // Where the reference names every category that it has, what it does not name is new.
      unseen: [...other.counts, ...(one.other === 0 ? (other.unnamed ?? []) : [])]
        .filter(([name, count]) => count > 0 && (before.get(name) ?? 0) === 0)
        .sort((a, b) => b[1] - a[1])
        .slice(0, SHOWN)
        .map(([name]) => name),
    };
  },
  vector: (one, other) => {
    const { coefficient, chance } = compareVectors(one.sample.values, other.sample.values);
    return { energy: coefficient, test: "energy", statistic: coefficient, chance, unseen: [] };
  },
};

/** Compares numbers by intervals and by their distribution functions. */
export function compareNumbers(one: CountedNumbers, other: CountedNumbers): SketchComparison {
  const { gap, area } = functionDistances(one.sorted, other.sorted);
  const deviation = Math.sqrt(varianceOf(one.sorted)) || Math.abs(meanOf(one.sorted)) || 1;
  return {
    stability: stabilityIndex(one.counts, other.counts),
    jensenShannon: jensenShannon(one.counts, other.counts),
    wasserstein: area / deviation,
    test: "Kolmogorov-Smirnov",
    statistic: gap,
    chance: kolmogorovSmirnovChance(gap, [one.sorted.length, other.sorted.length]),
    unseen: [],
  };
}

function numbersOf({ counts, sample }: SketchOf<"number">): CountedNumbers {
  return { counts, sorted: sortNumbers(Float64Array.from(sample.values)) };
}

/** Compares sketches of one kind and layout; undefined where either has too few rows. */
export function compareSketches(one: Sketch, other: Sketch): SketchComparison | undefined {
  if (one.kind !== other.kind || Math.min(filledRows(one), filledRows(other)) < FEWEST_ROWS) return undefined;
  return COMPARE[one.kind](one as never, other as never);
}

/** By how much two sketches differ: what thresholds are of. */
export function distanceOf({ stability, energy }: SketchComparison): number {
  return stability ?? energy ?? 0;
}

type Counts = readonly [one: readonly number[], other: readonly number[]];

/** Rows of the categories of most rows, and of all others together, that are not empty in both. */
function categoryCounts(one: SketchOf<"category">, other: SketchOf<"category">): Counts {
  const [counts, others] = [new Map(one.counts), new Map(other.counts)];
  const rows = (name: string) => (counts.get(name) ?? 0) + (others.get(name) ?? 0);
  const names = [...new Set([...counts.keys(), ...others.keys()])].sort((a, b) => rows(b) - rows(a));
  const kept = names.slice(0, MOST_CATEGORIES).filter((name) => rows(name) > 0);
  const gather = (all: ReadonlyMap<string, number>, unnamed: number) => {
    const rest = names.slice(MOST_CATEGORIES).reduce((sum, name) => sum + (all.get(name) ?? 0), unnamed);
    return [...kept.map((name) => all.get(name) ?? 0), rest];
  };
  const [left, right] = [gather(counts, one.other), gather(others, other.other)];
  return left.at(-1) === 0 && right.at(-1) === 0 ? [left.slice(0, -1), right.slice(0, -1)] : [left, right];
}
