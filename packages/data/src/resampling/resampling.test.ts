import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "../frames/frame.ts";
import type { Feature } from "../preprocessing/feature-input.ts";
import { type DistanceSpace, planResampling, squaredDistance } from "./plan-resampling.ts";
import { resampledNumbers } from "./resampled-numbers.ts";

const number = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
const row = fc.tuple(number, number, number);
/** Two to four classes of 6 to 20 rows each, shuffled. */
const table = fc
  .array(fc.array(row, { minLength: 6, maxLength: 20 }), { minLength: 2, maxLength: 4 })
  .chain((classes) => {
    const rows = classes.flatMap((own, code) => own.map((values) => ({ code, values })));
    return fc.shuffledSubarray(rows, { minLength: rows.length });
  });
const settings = fc.record({ neighbours: fc.integer({ min: 1, max: 5 }), seed: fc.nat() });

function spaceOf(rows: readonly { readonly values: readonly number[] }[]): DistanceSpace {
  return {
    numbers: Float32Array.from(rows.flatMap(({ values }) => values)),
    weights: Float64Array.of(1, 0.5, 2),
  };
}

/** How many rows each class has. */
function sizes(codes: Iterable<number>): number[] {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts.entries()].sort(([a], [b]) => a - b).map(([, count]) => count);
}

describe("resampling", () => {
  test.each(["over", "under", "smote"] as const)("%s leaves all classes as many rows", (by) => {
    fc.assert(
      fc.property(table, settings, (rows, others) => {
        const codes = Int32Array.from(rows, ({ code }) => code);
        const plan = planResampling(codes, { by, ...others }, spaceOf(rows));
        const learnt = [...plan.rows, ...plan.made.map(({ from }) => from)];
        const before = sizes(codes);
        const wanted = by === "under" ? Math.min(...before) : Math.max(...before);
        expect(sizes(learnt.map((at) => codes[at]!))).toEqual(before.map(() => wanted));
        expect(planResampling(codes, { by, ...others }, spaceOf(rows))).toEqual(plan);
        if (by === "under") expect(new Set(plan.rows).size).toBe(plan.rows.length);
        else expect(new Set(plan.rows).size).toBe(rows.length);
      }),
      { numRuns: 40 },
    );
  });

  test("a made row begins at a row and ends at one of the nearest of its class", () => {
    fc.assert(
      fc.property(table, settings, (rows, { neighbours, seed }) => {
        const codes = Int32Array.from(rows, ({ code }) => code);
        const space = spaceOf(rows);
        const { made } = planResampling(codes, { by: "smote", neighbours, seed }, space);
        for (const { from, to, gap, near } of made) {
          expect([to === from, codes[to]]).toEqual([false, codes[from]]);
          expect(gap).toBeGreaterThanOrEqual(0);
          expect(gap).toBeLessThan(1);
          expect(near).toContain(to);
          expect(near).toHaveLength(neighbours);
          // By squares of differences written out, of all rows of the class.
          const apart = rows.flatMap(({ values }, other) => {
            if (other === from || codes[other] !== codes[from]) return [];
            const [x, y, z] = values.map((value, j) => (value - rows[from]!.values[j]!) ** 2) as [
              number,
              number,
              number,
            ];
            return [x + 0.5 * y + 2 * z];
          });
          const farthest = apart.sort((a, b) => a - b)[neighbours - 1]!;
          expect(squaredDistance(space, from, to)).toBeLessThanOrEqual(farthest + 1e-9);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("each row of a rarer class begins as many new ones as every other, but for one", () => {
    fc.assert(
      fc.property(table, settings, (rows, others) => {
        const codes = Int32Array.from(rows, ({ code }) => code);
        const { made } = planResampling(codes, { by: "smote", ...others }, spaceOf(rows));
        const begun = rows.map((_, at) => made.filter(({ from }) => from === at).length);
        for (const code of new Set(codes)) {
          const own = begun.filter((_, at) => codes[at] === code);
          expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test("numbers of a made row lie on the way, a category is that of most near rows, and two values stay two", () => {
  const frame: Frame = {
    rows: 4,
    columns: [
      { kind: "number", name: "x", values: Float64Array.of(1, 3, 7, 9) },
      { kind: "number", name: "yes", values: Float64Array.of(0, 1, 1, 0) },
      { kind: "category", name: "c", codes: Int32Array.of(0, 1, 1, -1), categories: ["a", "b"] },
      { kind: "number", name: "gone", values: Float64Array.of(5, Number.NaN, 6, 7) },
    ],
  };
  const features: Feature[] = [
    { name: "x", from: "x" },
    { name: "yes", from: "yes" },
    { name: "c=a", from: "c" },
    { name: "c=b", from: "c" },
    { name: "gone", from: "gone" },
  ];
  const numbers = Float32Array.from([1, 0, 1, 0, 5, 3, 1, 0, 1, Number.NaN, 7, 1, 0, 1, 6, 9, 0, 0, 0, 7]);
  const made = [
    { from: 0, to: 2, gap: 0.25, near: [3, 1, 2] },
    { from: 0, to: 1, gap: 0.5, near: [1] },
    { from: 1, to: 2, gap: 0.5, near: [3, 2] },
  ];
  const found = resampledNumbers({ frame, numbers, features }, { rows: Int32Array.of(3, 3), made });
  const rowOf = (at: number) => [...found.subarray(at * 5, (at + 1) * 5)];
  expect(rowOf(0)).toEqual([9, 0, 0, 0, 7]);
  expect(rowOf(1)).toEqual(rowOf(0));
  expect(rowOf(2)).toEqual([2.5, 0, 0, 1, 5.25]);
  // What is missing in one of the two is as in the first.
  expect(rowOf(3)).toEqual([2, 0, 0, 1, 5]);
  // Of equally frequent categories that of the nearest: here none.
  expect(rowOf(4)).toEqual([5, 1, 0, 0, Number.NaN]);
});
