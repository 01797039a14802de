import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learningRateFactor, type ScheduleName, warmupSteps } from "./learning-rate.ts";

const curve = (schedule: ScheduleName, totalSteps: number, warmup: number) =>
  Array.from({ length: totalSteps }, (_, step) =>
    learningRateFactor({ schedule, step, totalSteps, warmupSteps: warmup }),
  );

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
    const schedules = fc.constantFrom<ScheduleName>("constant", "linear", "cosine");
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
