import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import { measureClassification } from "../metrics/measure-classification.ts";
import { outcomes } from "../testing/outcomes.ts";
import { fitRejectThreshold, rejectEffect } from "./fit-reject-threshold.ts";

/** Rows of two labels by their top probability and whether the answer is right. */
function outcomeOf(rows: readonly (readonly [top: number, right: boolean])[]): ClassificationOutcome {
  return {
    labels: ["a", "b"],
    actual: Int32Array.from(rows, ([, right]) => (right ? 0 : 1)),
    probabilities: Float64Array.from(rows.flatMap(([top]) => [top, 1 - top])),
  };
}

/** 40 rows that fall from 0.99 to 0.60; those below 0.8 are right every second time. */
const falling = outcomeOf(
  Array.from({ length: 40 }, (_, row) => {
    const top = (99 - row) / 100;
    return [top, top >= 0.8 || row % 2 === 0] as const;
  }),
);

describe("fitRejectThreshold", () => {
  test("answers the most rows that keep the promise", () => {
    const threshold = fitRejectThreshold(falling, 0.9)!;
    const { coverage, precision } = rejectEffect(falling, threshold);
    expect(precision).toBeGreaterThanOrEqual(0.9);
    const next = rejectEffect(falling, threshold - 0.02);
    expect(next.coverage).toBeGreaterThan(coverage);
    expect(next.precision).toBeLessThan(0.9);
  });

  test("has the effect that the metrics of the outcome say", () => {
    for (const below of [0.6, 0.75, 0.985]) {
      const { coverage, precision } = rejectEffect(falling, below);
      const measures = measureClassification({ ...falling, rejectBelow: below });
      expect(measures).toMatchObject({ coverage, answeredAccuracy: precision });
    }
    expect(measureClassification({ ...falling, rejectBelow: 1 })).not.toHaveProperty("answeredAccuracy");
    expect(measureClassification(falling)).not.toHaveProperty("coverage");
  });

  test("rejects nothing where all rows keep it, and says where nothing does", () => {
    expect(fitRejectThreshold(falling, 0.7)).toBe(0);
    expect(rejectEffect(falling, 0)).toEqual({ rows: 40, coverage: 1, precision: 0.75 });
    const wrong = outcomeOf(Array.from({ length: 30 }, (_, row) => [0.6 + row / 100, row % 2 === 0] as const));
    expect(fitRejectThreshold(wrong, 0.9)).toBeUndefined();
    expect(rejectEffect(wrong, 1)).toEqual({ rows: 30, coverage: 0 });
  });

  test("believes no fewer than 20 answered rows", () => {
    const nineteenRight = outcomeOf([
      ...Array.from({ length: 19 }, (_, row) => [0.99 - row / 1000, true] as const),
      ...Array.from({ length: 19 }, (_, row) => [0.7 - row / 1000, false] as const),
    ]);
    expect(fitRejectThreshold(nineteenRight, 0.96)).toBeUndefined();
    expect(fitRejectThreshold(nineteenRight, 0.95)).toBeGreaterThan(0.69);
  });

  test("is the lowest of all thresholds that keep the promise", () => {
    const many = fc.array(outcomes(), { minLength: 1, maxLength: 1 }).map(([outcome]) => {
      const { labels, actual, probabilities } = outcome!;
      const repeat = Math.ceil(20 / actual.length);
      return {
        labels,
        actual: Int32Array.from({ length: actual.length * repeat }, (_, row) => actual[row % actual.length]!),
        probabilities: Float64Array.from(
          { length: probabilities.length * repeat },
          (_, i) => probabilities[i % probabilities.length]!,
        ),
      };
    });
    fc.assert(
      fc.property(many, fc.constantFrom(0.3, 0.5, 0.8, 0.95), (outcome, wanted) => {
        const threshold = fitRejectThreshold(outcome, wanted);
        const tops = new Set([0, ...outcome.probabilities]);
        const keeping = [...tops].filter((below) => {
          const { coverage, precision = 0 } = rejectEffect(outcome, below);
          return precision >= wanted && coverage * outcome.actual.length >= 20 - 1e-9;
        });
        const most = Math.max(0, ...keeping.map((below) => rejectEffect(outcome, below).coverage));
        expect(threshold === undefined ? 0 : rejectEffect(outcome, threshold).coverage).toBeCloseTo(most, 12);
      }),
    );
  });
});
