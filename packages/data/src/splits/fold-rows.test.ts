import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldRows } from "./fold-rows.ts";
import { splitRows } from "./split-rows.ts";

describe("foldRows", () => {
  test("puts every row into one fold and keeps groups whole", () => {
    const rows = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 40 })), { maxLength: 120 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: 10 }), fc.nat(), (given, folds, seed) => {
        const groups = Int32Array.from(given, ([, group]) => group);
        const strata = given.map(([label]) => [`label ${label}`]);
        const found = foldRows({ strata, groups, folds, seed });
        expect(found).toHaveLength(folds);
        expect(found.flat().toSorted((a, b) => a - b)).toEqual([...given.keys()]);
        const home = new Map<number, number>();
        for (const [fold, numbers] of found.entries()) {
          for (const row of numbers) {
            expect(home.get(groups[row]!) ?? fold).toBe(fold);
            home.set(groups[row]!, fold);
          }
        }
        expect(foldRows({ strata, groups, folds, seed })).toEqual(found);
      }),
    );
  });

  test("gives every fold its share of each label, also where a label has fewer rows than there are folds", () => {
    const labels = Array.from({ length: 200 }, (_, label) => Array.from({ length: 3 }, () => `label ${label}`)).flat();
    labels.push(...Array.from({ length: 402 }, (_, i) => (i % 2 === 0 ? "even" : "odd")));
    const groups = Int32Array.from(labels.keys());
    const folds = foldRows({ strata: labels.map((label) => [label]), groups, folds: 5, seed: 7 });
    for (const fold of folds) {
      expect(Math.abs(fold.length - labels.length / 5)).toBeLessThanOrEqual(2);
      for (const label of ["even", "odd"]) {
        expect(Math.abs(fold.filter((row) => labels[row] === label).length - 201 / 5)).toBeLessThan(1);
      }
      const counts = new Map<string, number>();
      for (const row of fold) counts.set(labels[row]!, (counts.get(labels[row]!) ?? 0) + 1);
      for (const [label, count] of counts) if (label.startsWith("label")) expect(count).toBe(1);
    }
  });
});

describe("rows with several labels", () => {
  /** Labels of falling frequency, drawn by a fixed sequence; every row counts for the rows as a whole too. */
  const strata = Array.from({ length: 3000 }, (_, row) => {
    const draw = (label: number) => (Math.imul(row * 31 + label + 1, 0x9e3779b1) >>> 0) / 2 ** 32;
    return [
      ...Array.from({ length: 12 }, (__, label) => label).filter((label) => draw(label) < 0.5 / (label + 1) ** 1.5),
      -1,
    ].map(String);
  });
  const groups = Int32Array.from(strata.keys());
  const names = [...new Set(strata.flat())];
  const countOf = (rows: readonly number[], label: string) => rows.filter((row) => strata[row]!.includes(label)).length;

  test("splits keep each label's share, and the share of the rows", () => {
    const split = splitRows({ strata, groups, test: 0.2, validation: 0.1, stratify: true, seed: 3 });
    for (const label of names) {
      const all = countOf([...groups], label);
      expect(Math.abs(countOf(split.test, label) - 0.2 * all)).toBeLessThanOrEqual(1 + 0.02 * all);
      expect(Math.abs(countOf(split.validation, label) - 0.1 * all)).toBeLessThanOrEqual(1 + 0.02 * all);
    }
  });

  test("folds do as well", () => {
    for (const fold of foldRows({ strata, groups, folds: 5, seed: 3 })) {
      for (const label of names) {
        const all = countOf([...groups], label);
        expect(Math.abs(countOf(fold, label) - all / 5)).toBeLessThanOrEqual(1 + 0.02 * all);
      }
    }
  });
});
