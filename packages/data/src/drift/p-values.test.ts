import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chiSquareChance, holm, kolmogorovSmirnovChance } from "./p-values.ts";

interface Fixture {
  readonly chances: {
    readonly chiSquare: readonly (readonly [statistic: number, degrees: number, chance: number])[];
    readonly kolmogorovSmirnov: readonly (readonly [statistic: number, one: number, other: number, chance: number])[];
  };
}

/** What SciPy says: fixtures/profile.py. */
const { chances } = JSON.parse(
  readFileSync(new URL("../../fixtures/profile.json", import.meta.url), "utf8"),
) as Fixture;

test.each(chances.chiSquare)("chi-square %f of %i degrees", (statistic, degrees, chance) => {
  const found = chiSquareChance(statistic, degrees);
  expect(Math.abs(found - chance)).toBeLessThanOrEqual(Math.max(1e-13, 1e-10 * chance));
});

test.each(chances.kolmogorovSmirnov)("Kolmogorov-Smirnov %f of %i and %i rows", (statistic, one, other, chance) => {
  expect(kolmogorovSmirnovChance(statistic, [one, other])).toBeCloseTo(chance, 10);
});

test("Holm's correction keeps the order, and is Bonferroni's for the least", () => {
  // 3 × 0.01 and 2 × 0.03 by rank; 0.04 is the last, and cannot be below the one before.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([])).toEqual([]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});
