import { expect, test } from "vitest";
import { shareInterval } from "./share-interval.ts";

// scipy.stats.binomtest(hits, cases).proportion_ci(method="wilson"), SciPy 1.17.1.
test.each([
  [0, 10, 0.0, 0.27753279986288926],
  [3, 10, 0.10779126740630102, 0.6032218525388546],
  [10, 10, 0.7224672001371109, 1.0],
  [1, 1, 0.20654931437723745, 1.0],
  [623, 1000, 0.5925457108141823, 0.652512906598371],
])("of %d in %d is Wilson's", (hits, cases, low, high) => {
  const interval = shareInterval(hits, cases);
  expect(interval.value).toBe(hits / cases);
  expect(interval.low).toBeCloseTo(low, 12);
  expect(interval.high).toBeCloseTo(high, 12);
});

test("no cases have no share", () => {
  expect(() => shareInterval(0, 0)).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
});
