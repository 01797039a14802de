import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apportion } from "./apportion.ts";
import { seededRandom, shuffle } from "./seeded-random.ts";
import { type SplitOptions, splitRows } from "./split-rows.ts";

const NAMES = ["train", "validation", "test"] as const;

const options: fc.Arbitrary<SplitOptions> = fc
  .record({
    rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 60 })), { maxLength: 200 }),
    test: fc.constantFrom(0, 0.1, 0.2, 0.45),
    validation: fc.constantFrom(0, 0.05, 0.1, 0.3),
    stratify: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ rows, ...rest }) => ({
    ...rest,
    strata: rows.map(([label]) => [`label ${label}`]),
    groups: Int32Array.from(rows, ([, group]) => group),
  }));

function singles(counts: Readonly<Record<string, number>>): { labels: string[]; groups: Int32Array } {
  const labels = Object.entries(counts).flatMap(([label, count]) => Array<string>(count).fill(label));
  return { labels, groups: Int32Array.from(labels, (_, i) => i) };
}

describe("splitRows", () => {
  test("puts every row into one split and keeps groups whole", () => {
    fc.assert(
      fc.property(options, (given) => {
        const split = splitRows(given);
        const all = NAMES.flatMap((name) => split[name]);
        expect([...all].sort((a, b) => a - b)).toEqual(given.strata.map((_, i) => i));
        const home = new Map<number, string>();
        for (const name of NAMES) {
          for (const row of split[name]) {
            const group = given.groups[row]!;
            expect(home.get(group) ?? name).toBe(name);
            home.set(group, name);
          }
        }
        if (given.test === 0) expect(split.test).toEqual([]);
        if (given.validation === 0) expect(split.validation).toEqual([]);
      }),
    );
  });

  test("keeps each label's share to within one row where no groups are in the way", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 10, max: 300 }), { minLength: 2, maxLength: 12 }),
        fc.nat(),
        (sizes, seed) => {
          const counts = Object.fromEntries(sizes.map((size, i) => [`label ${i}`, size]));
          const { labels, groups } = singles(counts);
          const split = splitRows({
            strata: labels.map((label) => [label]),
            groups,
            test: 0.2,
            validation: 0.1,
            stratify: true,
            seed,
          });
          for (const [label, size] of Object.entries(counts)) {
            const share = (name: (typeof NAMES)[number]) => split[name].filter((row) => labels[row] === label).length;
            expect(Math.abs(share("test") - 0.2 * size)).toBeLessThanOrEqual(1);
            expect(Math.abs(share("validation") - 0.1 * size)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test("keeps shares close with groups of up to ten rows", () => {
    const labels = Array.from({ length: 2000 }, (_, i) => (Math.floor(i / 10) % 5 === 0 ? "rare" : "common"));
    const groups = Int32Array.from(labels, (_, i) => (i % 3 === 0 ? Math.floor(i / 10) : 10_000 + i));
    const split = splitRows({
      strata: labels.map((label) => [label]),
      groups,
      test: 0.2,
      validation: 0.1,
      stratify: true,
      seed: 3,
    });
    expect(split.test.length / 2000).toBeCloseTo(0.2, 2);
    expect(split.validation.length / 2000).toBeCloseTo(0.1, 2);
    for (const name of NAMES) {
      const rare = split[name].filter((row) => labels[row] === "rare").length;
      expect(rare / split[name].length).toBeCloseTo(0.2, 1);
    }
  });

  test("gives every split a row of a label that has three, and train first where there are fewer", () => {
    const { labels, groups } = singles({ many: 100, three: 3, two: 2, one: 1 });
    const split = splitRows({
      strata: labels.map((label) => [label]),
      groups,
      test: 0.2,
      validation: 0.1,
      stratify: true,
      seed: 7,
    });
    const count = (name: (typeof NAMES)[number], label: string) =>
      split[name].filter((row) => labels[row] === label).length;
    expect(NAMES.map((name) => count(name, "three"))).toEqual([1, 1, 1]);
    expect(NAMES.map((name) => count(name, "two"))).toEqual([1, 0, 1]);
    expect(NAMES.map((name) => count(name, "one"))).toEqual([1, 0, 0]);
  });

  test("is the same for the same seed and another for another", () => {
    fc.assert(
      fc.property(options, (given) => {
        expect(splitRows(given)).toEqual(splitRows(given));
      }),
    );
    const { labels, groups } = singles({ a: 50, b: 50 });
    const base = { strata: labels.map((label) => [label]), groups, test: 0.2, validation: 0.1, stratify: true };
    expect(splitRows({ ...base, seed: 1 })).not.toEqual(splitRows({ ...base, seed: 2 }));
  });
});

describe("apportion", () => {
  test("sums to the total and stays within one of each share", () => {
    const weights = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 20 }).filter((w) => w.some((x) => x > 0));
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), weights, (total, given) => {
        const parts = apportion(total, given);
        const sum = given.reduce((a, b) => a + b, 0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
        for (const [i, part] of parts.entries())
          expect(Math.abs(part - (total * given[i]!) / sum)).toBeLessThan(1 + 1e-9);
      }),
    );
  });
});

describe("seededRandom", () => {
  test("draws evenly: chi-squared of 60,000 draws over 60 values stays below the 99.99 % point", () => {
    const random = seededRandom(7);
    const counts = new Array<number>(60).fill(0);
    for (let i = 0; i < 60_000; i++) counts[random.below(60)]!++;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(108);
  });

  test("gives another sequence for every seed, past 32 bits too", () => {
    const first = (...seeds: number[]) => seededRandom(...seeds).below(2 ** 32);
    const values = [first(0), first(1), first(2 ** 32), first(2 ** 32 + 1), first(0, 1), first(1, 0), first(0, 0)];
    expect(new Set(values).size).toBe(values.length);
  });

  test("shuffles every item into every place about equally often", () => {
    const places = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    const random = seededRandom(11);
    for (let trial = 0; trial < 8000; trial++) {
      for (const [place, item] of shuffle([0, 1, 2, 3], random).entries()) places[item]![place]!++;
    }
    for (const count of places.flat()) expect(Math.abs(count - 2000)).toBeLessThan(180);
  });
});
