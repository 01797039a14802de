import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chiSquareStatistic, functionDistances, jensenShannon, stabilityIndex } from "./distances.ts";
import { compareVectors } from "./energy-distance.ts";
import { chiSquareChance } from "./p-values.ts";

interface Fixture {
  readonly numbers: readonly {
    readonly one: number[];
    readonly other: number[];
    readonly wasserstein: number;
    readonly statistic: number;
  }[];
  readonly counts: readonly {
    readonly one: number[];
    readonly other: number[];
    readonly jensenShannon: number;
    readonly statistic: number;
    readonly chance: number;
  }[];
  readonly vectors: readonly { readonly one: number[][]; readonly other: number[][]; readonly energy: number }[];
}

/** What SciPy says: fixtures/drift.py. */
const fixture = JSON.parse(readFileSync(new URL("../../fixtures/drift.json", import.meta.url), "utf8")) as Fixture;

test.each(fixture.numbers)("numbers by Wasserstein and Kolmogorov-Smirnov", (expected) => {
  const [one, other] = [Float64Array.from(expected.one).sort(), Float64Array.from(expected.other).sort()];
  const { gap, area } = functionDistances(one, other);
  expect(area).toBeCloseTo(expected.wasserstein, 12);
  expect(functionDistances(other, one).area).toBeCloseTo(expected.wasserstein, 12);
  expect(gap).toBeCloseTo(expected.statistic, 12);
});

test.each(fixture.counts)("counts $one and $other by Jensen-Shannon and chi-square", (expected) => {
  expect(jensenShannon(expected.one, expected.other)).toBeCloseTo(expected.jensenShannon, 9);
  const statistic = chiSquareStatistic(expected.one, expected.other);
  expect(statistic).toBeCloseTo(expected.statistic, 9);
  expect(chiSquareChance(statistic, expected.one.length - 1)).toBeCloseTo(expected.chance, 10);
});

test("shares without anything in common are at a distance of 1, and the index takes a share of 0 as 0.0001", () => {
  expect(jensenShannon([5, 0], [0, 3])).toBeCloseTo(1, 12);
  expect(stabilityIndex([1, 0], [0, 1])).toBeCloseTo(2 * (1 - 1e-4) * Math.log(1e4), 12);
  expect(stabilityIndex([3, 7], [30, 70])).toBeCloseTo(0, 12);
});

test.each(fixture.vectors)("vectors by the energy coefficient", ({ one, other, energy }) => {
  const found = compareVectors(one, other);
  expect(found.coefficient).toBeCloseTo(energy, 12);
  // The first two samples are of different distributions, the last of one.
  expect(found.chance < 0.01).toBe(energy > 0.05);
});
