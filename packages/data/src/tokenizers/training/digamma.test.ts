import { expect, test } from "vitest";
import { digamma } from "./digamma.ts";

test.each([
  // Abramowitz & Stegun 1964, table 6.1 and 6.3.3
  [1, -0.5772156649015329],
  [0.5, -1.9635100260214235],
  [2, 0.4227843350984671],
  [10, 2.251752589066721],
])("the digamma function at %d", (x, value) => {
  expect(Math.abs(digamma(x) - value)).toBeLessThan(1e-9);
});
