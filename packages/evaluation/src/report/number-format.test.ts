import { expect, test } from "vitest";
import { formatDifference, formatValue } from "./number-format.ts";

test.each([
  [0.9812, "0.981"],
  [-0.0312, "−0.031"],
  [118.912, "118.912"],
  [12_345.6, "12,346"],
  [-12_345.6, "−12,346"],
  [2.5e12, "2.500e+12"],
  [0.0000123, "1.23e-5"],
  [-0.0000123, "−1.23e-5"],
  [-1e-17, "0.000"],
  [0, "0.000"],
])("%d is shown as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test("a difference has a sign", () => {
  expect([0.0312, -0.0312, 0].map(formatDifference)).toEqual(["+0.031", "−0.031", "+0.000"]);
});
