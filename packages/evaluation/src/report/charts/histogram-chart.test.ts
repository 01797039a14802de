import fc from "fast-check";
import { expect, test } from "vitest";
import { histogram } from "./histogram-chart.ts";

test("a histogram counts every value once, in a range that holds all of them", () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, (list) => {
      const { low, width, counts } = histogram(Float64Array.from(list));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(list.length);
      expect(width).toBeGreaterThan(0);
      expect(low).toBeLessThanOrEqual(Math.min(...list));
    }),
  );
});

test("a value stands in the bin that begins with it, the greatest in the last one", () => {
  const { counts } = histogram(Float64Array.of(0, 1, 1, 2, 3, 3.5, 3.9, 4));
  expect(counts).toEqual([1, 2, 1, 4]);
});

test("equal values stand in the middle of a range of 1", () => {
  expect(histogram(Float64Array.of(3, 3, 3, 3))).toEqual({ low: 2.5, width: 1 / 3, counts: [0, 4, 0] });
});
