import { expect, test } from "vitest";
import { logGamma } from "./log-gamma.ts";

test("is the logarithm of factorials, of √π at a half, and follows the recurrence between", () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
    factorial *= n;
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  for (const x of [0.01, 0.3, 1.7, 9.99, 123.4, 1e6]) {
    expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), x > 1e5 ? 7 : 10);
  }
});
