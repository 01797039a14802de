import { ModelwrightError } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classificationFamily } from "../families/classification.ts";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import { measureClassification } from "../metrics/measure-classification.ts";
import { outcomes } from "../testing/outcomes.ts";
import { intervals } from "./intervals.ts";
import { createResampler } from "./resampler.ts";

/** `rows` rows of two labels in turn, of which the first `right` are right. */
function outcomeWithHits(rows: number, right: number): ClassificationOutcome {
  const actual = Int32Array.from({ length: rows }, (_, row) => row % 2);
  const probabilities = new Float64Array(rows * 2);
  actual.forEach((label, row) => {
    const predicted = row < right ? label : 1 - label;
    probabilities[row * 2 + predicted] = 0.8;
    probabilities[row * 2 + 1 - predicted] = 0.2;
  });
  return { labels: ["ham", "spam"], actual, probabilities };
}

describe("intervals of a classifier", () => {
  test("accuracy has the interval of a binomial share", () => {
    const { accuracy } = intervals(classificationFamily, outcomeWithHits(1000, 900), { resamples: 4000, seed: 1 });
    // Resampled hits are binomial: 0.9 ± 1.96 · √(0.9 · 0.1 / 1000), here within a tenth of the half width.
    const halfWidth = 1.96 * Math.sqrt((0.9 * 0.1) / 1000);
    expect(accuracy!.value).toBe(0.9);
    expect(Math.abs(accuracy!.low! - (0.9 - halfWidth))).toBeLessThan(halfWidth / 10);
    expect(Math.abs(accuracy!.high! - (0.9 + halfWidth))).toBeLessThan(halfWidth / 10);
  });

  test("a higher confidence gives a wider interval", () => {
    const outcome = outcomeWithHits(200, 150);
    const narrow = intervals(classificationFamily, outcome, { resamples: 1000, seed: 1, confidence: 0.5 });
    const wide = intervals(classificationFamily, outcome, { resamples: 1000, seed: 1, confidence: 0.99 });
    for (const key of ["accuracy", "f1Macro", "rocAuc", "logLoss", "recall:spam"]) {
      expect(wide[key]!.high! - wide[key]!.low!).toBeGreaterThan(narrow[key]!.high! - narrow[key]!.low!);
    }
  });

  test("the seed alone decides the intervals", () => {
    const outcome = outcomeWithHits(50, 40);
    const first = intervals(classificationFamily, outcome, { resamples: 100, seed: 3 });
    expect(intervals(classificationFamily, outcome, { resamples: 100, seed: 3 })).toEqual(first);
    expect(intervals(classificationFamily, outcome, { resamples: 100, seed: 4 })).not.toEqual(first);
  });

  test("values are those of measureClassification and lie in their intervals", () => {
    fc.assert(
      fc.property(outcomes(), fc.nat(), (outcome, seed) => {
        const measures = measureClassification(outcome);
        const measured = intervals(classificationFamily, outcome, { resamples: 20, seed });
        expect(measured.f1Macro!.value).toBe(measures.f1Macro);
        expect(measured.rocAuc?.value).toBe(measures.rocAuc);
        for (const { label, support, recall } of measures.perClass) {
          expect(measured[`recall:${label}`]!.value).toBe(recall);
          if (support === 0) expect(measured[`recall:${label}`]).not.toHaveProperty("low");
        }
        for (const { value, low = value, high = value } of Object.values(measured)) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
          expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("no interval ends at its own value, as it would for many labels with few rows each", () => {
    const [labels, rows] = [40, 160];
    const actual = Int32Array.from({ length: rows }, (_, row) => row % labels);
    const probabilities = new Float64Array(rows * labels);
    actual.forEach((label, row) => {
      const predicted = (row * 7919) % 100 < 65 ? label : (label * 3 + row) % labels;
      probabilities[row * labels + predicted] = 0.9;
    });
    const outcome = { labels: Array.from({ length: labels }, (_, label) => `${label}`), actual, probabilities };
    const measures = intervals(classificationFamily, outcome, { resamples: 1000, seed: 1 });
    expect(Object.values(measures).some(({ method }) => method === "normal")).toBe(true);
    for (const metric of Object.keys(classificationFamily.metrics)) {
      const measure = measures[metric];
      if (measure === undefined) continue;
      const [below, above] = [measure.value - measure.low!, measure.high! - measure.value];
      expect([metric, Math.min(below, above) > Math.max(below, above) / 5]).toEqual([metric, true]);
    }
  });

  test("perfect predictions stay perfect in every resample", () => {
    const { f1Macro, accuracy } = intervals(classificationFamily, outcomeWithHits(30, 30), { resamples: 200, seed: 1 });
    expect(f1Macro).toEqual({ value: 1, low: 1, high: 1 });
    expect(accuracy).toEqual({ value: 1, low: 1, high: 1 });
  });

  test.each([
    [{ resamples: 0, seed: 1 }, "resamples must be a whole number ≥ 1, got 0"],
    [{ resamples: 10, seed: -1 }, "seed must be a whole number ≥ 0, got -1"],
    [{ resamples: 10, seed: 1, confidence: 95 }, "confidence must be between 0 and 1, got 95"],
  ])("refuses %o", (options, message) => {
    const bootstrap = () => intervals(classificationFamily, outcomeWithHits(4, 2), options);
    expect(bootstrap).toThrow(ModelwrightError);
    expect(bootstrap).toThrow(message);
  });
});

describe("createResampler", () => {
  test("draws as many rows as there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (rows, seed) => {
        const counts = createResampler(rows, seed).next();
        expect(counts).toHaveLength(rows);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows);
      }),
    );
  });

  test("draws every row equally often", () => {
    const rows = 100;
    const resamples = 2000;
    const resampler = createResampler(rows, 9);
    const drawn = new Float64Array(rows);
    for (let resample = 0; resample < resamples; resample++) {
      resampler.next().forEach((count, row) => {
        drawn[row]! += count;
      });
    }
    const chiSquare = drawn.reduce((sum, count) => sum + (count - resamples) ** 2 / resamples, 0);
    // 99.9 % of chi-square with 99 degrees of freedom lies below 148.2 and above 60.6.
    expect(chiSquare).toBeLessThan(148.2);
    expect(chiSquare).toBeGreaterThan(60.6);
  });
});
