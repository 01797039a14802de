import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planRuns, type Run } from "./plan-runs.ts";

const LIMITS = { maxRows: 32, maxLength: 128 };
const cost = (runs: readonly Run[]) => runs.reduce((sum, { rows, length }) => sum + 20 + rows.length * length, 0);

describe("planRuns", () => {
  test("keeps texts of like length together", () => {
    expect(planRuns([12, 9, 16, 14], LIMITS)).toEqual([{ rows: Int32Array.of(1, 0, 3, 2), length: 16 }]);
  });

  test("gives a long text among short ones a run of its own", () => {
    const runs = planRuns([10, 128, 11, 12], LIMITS);
    expect(runs.map(({ rows, length }) => [[...rows], length])).toEqual([
      [[0, 2, 3], 12],
      [[1], 128],
    ]);
  });

  test("gives a text without tokens some room", () => {
    expect(planRuns([0], LIMITS)).toEqual([{ rows: Int32Array.of(0), length: 1 }]);
  });

  test("does not pad beyond what the model reads", () => {
    expect(planRuns([21], { maxRows: 1, maxLength: 21 })).toEqual([{ rows: Int32Array.of(0), length: 21 }]);
  });

  const lengths = fc.array(fc.integer({ min: 0, max: 128 }), { maxLength: 80 });

  test("runs each row once, with room for all its tokens and at most maxRows beside it", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40 }), (given, maxRows) => {
        const runs = planRuns(given, { maxRows, maxLength: 128 });
        expect(runs.flatMap(({ rows }) => [...rows]).sort((a, b) => a - b)).toEqual([...given.keys()]);
        for (const { rows, length } of runs) {
          expect(rows.length).toBeLessThanOrEqual(maxRows);
          for (const row of rows) expect(given[row]).toBeLessThanOrEqual(length);
        }
      }),
    );
  });

  test("is never dearer than one run for all, one for each, or any cut in two", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 1, maxLength: 32 }), (given) => {
        const best = cost(planRuns(given, LIMITS));
        const padded = (rows: readonly number[]) => Math.max(...rows);
        const priced = (parts: readonly number[][]) =>
          parts.reduce((sum, rows) => sum + 20 + rows.length * padded(rows), 0);
        const sorted = given.toSorted((a, b) => a - b);
        expect(best).toBeLessThanOrEqual(priced([sorted]));
        expect(best).toBeLessThanOrEqual(priced(sorted.map((n) => [n])));
        for (let cut = 1; cut < sorted.length; cut++) {
          expect(best).toBeLessThanOrEqual(priced([sorted.slice(0, cut), sorted.slice(cut)]));
        }
      }),
    );
  });
});
