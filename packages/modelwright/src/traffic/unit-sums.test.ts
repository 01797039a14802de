import { RandomSource } from "@modelwright/engine";
import { momentsOf, NO_MOMENTS, varianceOfMoments } from "@modelwright/evaluation";
import { expect, test } from "vitest";
import { UnitSums } from "./unit-sums.ts";

test("of one number for each unit, the moments are those of the numbers", () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const sums = new UnitSums();
  for (const [i, value] of values.entries()) sums.add(`unit ${i}`, value);
  const [found, expected] = [sums.moments(), momentsOf(values)];
  expect(found.count).toBe(8);
  expect(found.mean).toBeCloseTo(expected.mean, 12);
  expect(found.squares).toBeCloseTo(expected.squares, 10);
  expect(new UnitSums().moments()).toEqual(NO_MOMENTS);
});

test("a subject who asks a hundred times is one case: the mean of all, as uncertain as the mean of few", () => {
  const random = RandomSource.fromSeed(5);
  const [units, each] = [40, 100];
  const means: number[] = [];
  let told = 0;
  for (let draw = 0; draw < 400; draw++) {
    const sums = new UnitSums();
    let [sum, count] = [0, 0];
    for (let unit = 0; unit < units; unit++) {
      // Each has a share of its own, and asks as often as it likes.
      const own = random.uniform();
      const asks = 1 + (random.uint32() % (2 * each));
      for (let ask = 0; ask < asks; ask++, count++) {
        const value = random.uniform() < own ? 1 : 0;
        sum += value;
        sums.add(`unit ${unit}`, value);
      }
    }
    const moments = sums.moments();
    expect(moments.mean).toBeCloseTo(sum / count, 12);
    means.push(moments.mean);
    told += varianceOfMoments(moments) / moments.count / 400;
  }
  const real = varianceOfMoments(momentsOf(means));
  expect(told / real).toBeGreaterThan(0.75);
  expect(told / real).toBeLessThan(1.25);
  // As if each of some 4,000 answers were a case of its own.
  expect(real / (0.25 / (units * each))).toBeGreaterThan(20);
});
