import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTick, niceRange, ticksBetween } from "./scale.ts";

const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const ranges = fc
  .tuple(value, value)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  .filter(([low, high]) => high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-6));

describe("ticksBetween", () => {
  test.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-25, 25, [-20, -10, 0, 10, 20]],
    [0, 240, [0, 50, 100, 150, 200]],
  ])("from %d to %d stand %j", (min, max, expected) => {
    expect(ticksBetween(min, max).values.map((tick) => Number(tick.toFixed(10)))).toEqual(expected);
  });

  test("gives two to eight ticks, all within the range, a step apart", () => {
    fc.assert(
      fc.property(ranges, ([min, max]) => {
        const { values, step } = ticksBetween(min, max);
        expect(values.length).toBeGreaterThanOrEqual(2);
        expect(values.length).toBeLessThanOrEqual(8);
        expect(values[0]).toBeGreaterThanOrEqual(min - step * 1e-6);
        expect(values.at(-1)).toBeLessThanOrEqual(max + step * 1e-6);
        expect(values.at(-1)! + step).toBeGreaterThan(max - step * 1e-6);
      }),
    );
  });
});

describe("niceRange", () => {
  test("holds its values, and is a range where they are all alike", () => {
    fc.assert(
      fc.property(ranges, ([min, max]) => {
        const [low, high] = niceRange(min, max);
        const slack = 1e-6 * (max - min);
        expect(low).toBeLessThanOrEqual(min + slack);
        expect(high).toBeGreaterThanOrEqual(max - slack);
      }),
    );
    expect(niceRange(0, 0)[1]).toBeCloseTo(0.6);
    for (const alike of [0, 3, -7e-9, 1e7]) {
      const [low, high] = niceRange(alike, alike);
      expect(low).toBeLessThan(alike);
      expect(high).toBeGreaterThan(alike);
    }
  });
});

test.each([
  [0, 0.2, "0.0"],
  [0, 1e-4, "0"],
  [0.30000000000000004, 0.1, "0.3"],
  [-0.25, 0.05, "−0.25"],
  [12000, 2000, "12,000"],
  [0.0003, 0.0001, "3e-4"],
  [0.00025, 0.00005, "2.5e-4"],
  [3_000_000, 1_000_000, "3e6"],
  [1e-20, 0.1, "0.0"],
])("%d in steps of %d reads %s", (tick, step, text) => {
  expect(formatTick(tick, step)).toBe(text);
});
