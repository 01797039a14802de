import { expect, test } from "vitest";
import { formatDifference, formatMeasure, formatValue } from "./number-format.ts";

test.each([
  [0.9812, "0.981"],
  [-0.0312, "−0.031"],
  [118.912, "118.912"],
  [12_345.6, "12,346"],
  [-12_345.6, "−12,346"],
  [2.5e12, "2.500e+12"],
  [0.000333, "0.00033"],
  [0.0000123, "0.000012"],
  [-0.0000123, "−0.000012"],
  [0.0000000123, "1.23e-8"],
  [-1e-17, "0.000"],
  [0, "0.000"],
])("%d is shown as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test.each([
  [{ value: -0.0007, low: -0.261, high: -0.00002 }, "−0.001 [−0.261, 0.000]"],
  [{ value: 0.0004, low: 0.0001, high: 0.002 }, "0.000 [0.000, 0.002]"],
  [{ value: 0.0000123, low: 0.00001, high: 0.00002 }, "0.000012 [0.000010, 0.000020]"],
  [{ value: 0.0004 }, "0.00040"],
  [{ value: 0.5, low: 0.4, high: 0.6, method: "normal" as const }, "0.500 [0.400, 0.600]†"],
])("%j has one form throughout", (measure, text) => {
  expect(formatMeasure(measure)).toBe(text);
});

test("a difference has a sign", () => {
  expect([0.0312, -0.0312, 0].map(formatDifference)).toEqual(["+0.031", "−0.031", "+0.000"]);
});
