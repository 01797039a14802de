import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { regressionFamily } from "../families/regression.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { accelerations } from "./jackknife.ts";
import { normalQuantile, normalShareBelow } from "./normal-distribution.ts";

const { cases, normal } = JSON.parse(
  readFileSync(new URL("../../fixtures/intervals.json", import.meta.url), "utf8"),
) as {
  readonly cases: readonly {
    readonly name: string;
    readonly metric: string;
    readonly actual: number[];
    readonly predicted: number[];
    readonly value: number;
    readonly resampled: number[];
    readonly low: number;
    readonly high: number;
  }[];
  readonly normal: readonly { readonly x: number; readonly below: number }[];
};

test.each(normal)("the normal distribution at $x is SciPy's", ({ x, below }) => {
  expect(normalShareBelow(x)).toBeCloseTo(below, 13);
  if (Math.abs(x) < 4) expect(normalQuantile(below)).toBeCloseTo(x, 9);
});

describe.each(cases)("of $name", ({ metric, actual, predicted, value, resampled, low, high }) => {
  test("the interval is the BCa interval of scipy.stats.bootstrap", () => {
    const prepared = regressionFamily.prepare({
      actual: Float64Array.from(actual),
      predicted: Float64Array.from(predicted),
    });
    const at = prepared.keys.indexOf(metric);
    const acceleration = accelerations(prepared)[at]!;
    expect(prepared.whole[at]).toBeCloseTo(value, 12);
    const interval = bootstrapInterval(value, Float64Array.from(resampled), { acceleration, confidence: 0.95 });
    expect(interval).toEqual({ value, low: expect.closeTo(low, 9), high: expect.closeTo(high, 9) });
  });
});

const options = { acceleration: 0, confidence: 0.95 };
const around = (middle: number, spread: number) =>
  Float64Array.from({ length: 999 }, (_, i) => middle + spread * normalQuantile((i + 0.5) / 999));

describe("a value beside its resamples", () => {
  test("stands inside an interval of their width, which says how it was made", () => {
    // Every resample lies below: quantiles would end at the value itself.
    const interval = bootstrapInterval(0.635, around(0.61, 0.01), options);
    expect(interval.method).toBe("normal");
    expect(interval.low).toBeCloseTo(0.635 - 1.96 * 0.01, 2);
    expect(interval.high).toBeCloseTo(0.635 + 1.96 * 0.01, 2);
  });

  test("keeps a share a share, and what is never negative not negative", () => {
    const share = bootstrapInterval(0.99, around(0.97, 0.008), options);
    expect(share.high).toBeLessThan(1);
    expect(share.high).toBeGreaterThan(0.99);
    const error = bootstrapInterval(1.5, Float64Array.from(around(4, 0.9), Math.abs), options);
    expect(error.low).toBe(0);
    const difference = bootstrapInterval(-0.1, around(0.2, 0.2), options);
    expect(difference.low).toBeCloseTo(-0.1 - 1.96 * 0.2, 1);
  });
});

test("a shift of all values shifts the interval, whichever way it is made", () => {
  const shifts = fc.double({ min: 10, max: 100, noNaN: true });
  fc.assert(
    fc.property(shifts, fc.double({ min: -2, max: 2, noNaN: true }), (shift, value) => {
      const there = bootstrapInterval(5 + value, around(5, 1), options);
      const here = bootstrapInterval(5 + value + shift, around(5 + shift, 1), options);
      expect(here.method).toBe(there.method);
      if (there.low === 0) return;
      expect(here.low! - shift).toBeCloseTo(there.low!, 9);
      expect(here.high! - shift).toBeCloseTo(there.high!, 9);
    }),
  );
});

test("resamples that are all alike leave a point, those that say nothing no bounds", () => {
  expect(bootstrapInterval(1, Float64Array.of(1, 1, 1), options)).toEqual({ value: 1, low: 1, high: 1 });
  expect(bootstrapInterval(0.5, Float64Array.of(Number.NaN), options)).toEqual({ value: 0.5 });
});

test("groups of units estimate what single units would", () => {
  const rows = 2000;
  const actual = Float64Array.from({ length: rows }, (_, row) => row % 10);
  const predicted = actual.map(
    (value, row) => value + Math.abs(normalQuantile(((row * 7919) % rows) / rows + 1e-4)) ** 3,
  );
  const prepared = regressionFamily.prepare({ actual, predicted });
  const at = prepared.keys.indexOf("mae");
  const errors = predicted.map((value, row) => value - actual[row]!);
  const mean = errors.reduce((sum, each) => sum + each, 0) / rows;
  const moment = (power: number) => errors.reduce((sum, each) => sum + (each - mean) ** power, 0);
  // Of a mean the acceleration is a sixth of the skewness of the sum.
  const exact = moment(3) / (6 * moment(2) ** 1.5);
  expect(Math.abs(accelerations(prepared)[at]! - exact)).toBeLessThan(0.01);
});
