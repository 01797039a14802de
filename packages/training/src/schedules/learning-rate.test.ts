import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learningRateFactor, type ScheduleName, type ScheduleOptions, warmupSteps } from "./learning-rate.ts";
import { PLATEAU_START, plateauAfter } from "./plateau.ts";

/** Made by `fixtures/schedules/make.py` with PyTorch 2.8.0. */
const fixture: { cases: Record<string, number[]>; plateau: { losses: number[]; factors: number[] } } = JSON.parse(
  readFileSync(new URL("../../fixtures/schedules/schedules.json", import.meta.url), "utf8"),
);

const CASES: Readonly<Record<string, { schedule: ScheduleName; warmup?: number; options?: ScheduleOptions }>> = {
  "linear minimum": { schedule: "linear", options: { minimum: 0.2 } },
  cosine: { schedule: "cosine" },
  "cosine minimum": { schedule: "cosine", options: { minimum: 0.1 } },
  "cosine restarts": { schedule: "cosine", options: { minimum: 0.1, cycles: 4 } },
  "cosine warm": { schedule: "cosine", warmup: 4 },
  polynomial: { schedule: "polynomial", options: { power: 2 } },
  step: { schedule: "step", options: { every: 6, factor: 0.3 } },
  "one cycle": { schedule: "oneCycle", warmup: 6 },
  "inverse square root": { schedule: "inverseSquareRoot", warmup: 4 },
  "warm-up stable decay": { schedule: "warmupStableDecay", warmup: 4, options: { decay: 0.25 } },
};

const curve = (schedule: ScheduleName, totalSteps: number, warmup: number) =>
  Array.from({ length: totalSteps }, (_, step) =>
    learningRateFactor({ schedule, step, totalSteps, warmupSteps: warmup }),
  );

describe("schedules follow PyTorch and the published formulas", () => {
  test.each(Object.keys(fixture.cases))("%s", (name) => {
    const { schedule, warmup = 0, options } = CASES[name]!;
    const expected = fixture.cases[name]!;
    for (const [step, factor] of expected.entries()) {
      const got = learningRateFactor({ schedule, step, totalSteps: expected.length, warmupSteps: warmup, options });
      expect(got, `update ${step + 1}`).toBeCloseTo(factor, 10);
    }
  });

  test("plateau", () => {
    let plateau = PLATEAU_START;
    const factors = fixture.plateau.losses.map((loss) => {
      plateau = plateauAfter(plateau, loss, { factor: 0.5, patience: 2, minimum: 0.2 });
      return plateau.factor;
    });
    expect(factors).toEqual(fixture.plateau.factors);
  });
});

describe("learningRateFactor", () => {
  test("linear: up over the warm-up, down to the last step", () => {
    expect(curve("linear", 8, 4)).toEqual([0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25]);
  });

  test("cosine: half of the peak half-way", () => {
    const factors = curve("cosine", 8, 0);
    expect(factors[0]).toBe(1);
    expect(factors[2]).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12);
    expect(factors[4]).toBeCloseTo(0.5, 12);
  });

  test("constant stays at the peak", () => {
    expect(curve("constant", 5, 2)).toEqual([0.5, 1, 1, 1, 1]);
  });

  test("every schedule moves at every step and never passes the peak", () => {
    const schedules = fc.constantFrom(...new Set(Object.values(CASES).map(({ schedule }) => schedule)));
    fc.assert(
      fc.property(
        schedules,
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 300, noNaN: true }),
        (schedule, total, warmup) => {
          for (const factor of curve(schedule, total, warmupSteps(warmup, total))) {
            expect(factor).toBeGreaterThan(0);
            expect(factor).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test("a warm-up below 1 is a share of all steps", () => {
    expect(warmupSteps(0.1, 2191)).toBe(219);
    expect(warmupSteps(50, 2191)).toBe(50);
    expect(warmupSteps(5000, 100)).toBe(100);
  });
});
