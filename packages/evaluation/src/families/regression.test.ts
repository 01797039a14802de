import { readFileSync } from "node:fs";
import type { RegressionMetric } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import { percentileInterval } from "../intervals/percentile-interval.ts";
import type { RegressionOutcome } from "../metrics/regression-outcome.ts";
import { measureOutcome } from "./measure-outcome.ts";
import { regressionFamily } from "./regression.ts";

type Measures = Record<RegressionMetric, number>;
interface Case {
  readonly name: string;
  readonly actual: number[];
  readonly predicted: number[];
  readonly expected: Measures;
  readonly weights: number[];
  readonly resampled: Measures;
  readonly percentiles: { readonly rmse: number[]; readonly low: number; readonly high: number };
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/regression.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

function outcomeOf({ actual, predicted }: Pick<Case, "actual" | "predicted">): RegressionOutcome {
  return { actual: Float64Array.from(actual), predicted: Float64Array.from(predicted) };
}

function expectClose(measured: Record<string, number>, expected: Measures): void {
  expect(Object.keys(measured)).toEqual(Object.keys(regressionFamily.metrics));
  for (const [name, value] of Object.entries(expected)) {
    expect(measured[name]! / value, name).toBeCloseTo(1, 9);
  }
}

describe.each(cases)("a regression that is $name agrees with scikit-learn and SciPy", (given) => {
  test("over all rows", () => {
    expectClose(measureOutcome(regressionFamily, outcomeOf(given)), given.expected);
  });

  test("over a resample, given as weights", () => {
    const weights = Float64Array.from(given.weights);
    expectClose(measureOutcome(regressionFamily, outcomeOf(given), weights), given.resampled);
  });

  test("in the percentiles of resampled values", () => {
    const { rmse, low, high } = given.percentiles;
    const interval = percentileInterval(given.expected.rmse, Float64Array.from(rmse), 0.95);
    expect(interval.low).toBeCloseTo(Math.min(low, given.expected.rmse), 9);
    expect(interval.high).toBeCloseTo(Math.max(high, given.expected.rmse), 9);
  });
});

const numbers = (length: number) => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
const weighted = fc
  .integer({ min: 1, max: 12 })
  .chain((rows) =>
    fc.record({
      actual: numbers(rows),
      predicted: numbers(rows),
      weights: fc.array(fc.nat({ max: 3 }), { minLength: rows, maxLength: rows }),
    }),
  )
  .filter(({ weights }) => weights.some((weight) => weight > 0));

test("weights are repetitions of rows, for every measure", () => {
  fc.assert(
    fc.property(weighted, ({ actual, predicted, weights }) => {
      const repeat = (values: number[]) => values.flatMap((value, row) => Array(weights[row]!).fill(value) as number[]);
      const ofWeights = measureOutcome(regressionFamily, outcomeOf({ actual, predicted }), Float64Array.from(weights));
      const repeated = outcomeOf({ actual: repeat(actual), predicted: repeat(predicted) });
      const ofRepeated = measureOutcome(regressionFamily, repeated);
      expect(Object.keys(ofWeights)).toEqual(Object.keys(ofRepeated));
      for (const [name, value] of Object.entries(ofRepeated)) expect(ofWeights[name]).toBeCloseTo(value, 9);
    }),
  );
});

test("what the rows do not define is left out", () => {
  const constant = outcomeOf({ actual: [2, 2, 2], predicted: [1, 2, 3] });
  expect(measureOutcome(regressionFamily, constant)).toEqual({
    rmse: Math.sqrt(2 / 3),
    mae: 2 / 3,
    medianAbsoluteError: 1,
  });
  const measured = measureOutcome(regressionFamily, outcomeOf({ actual: [1, 2, 3], predicted: [2, 2, 2] }));
  expect(measured).toMatchObject({ r2: 0 });
  expect(measured).not.toHaveProperty("spearman");
});

test("intervals cover what they should, and a paired comparison sees a small difference", () => {
  const rows = 300;
  const actual = Float64Array.from({ length: rows }, (_, row) => row % 37);
  const off = (by: number) => actual.map((value, row) => value + by * (1 + Math.sin(row * row)));
  const [near, far] = [off(2), off(2.1)];
  const { mae, r2 } = intervals(regressionFamily, { actual, predicted: near }, { resamples: 500, seed: 3 });
  expect(mae!.low).toBeLessThan(mae!.value);
  expect(mae!.high).toBeGreaterThan(mae!.value);
  expect(r2!.high).toBeLessThan(1);
  const compared = compareOutcomes(
    regressionFamily,
    { actual, predicted: near },
    { actual, predicted: far },
    { resamples: 500, seed: 3 },
  );
  expect(Object.fromEntries(compared.map(({ metric, better }) => [metric, better]))).toMatchObject({
    rmse: "a",
    mae: "a",
    r2: "a",
  });
});

test.each([
  ["no rows", [], [], "EVALUATION_EMPTY"],
  ["predictions of other rows", [1, 2], [1], "EVALUATION_LENGTHS_DIFFER"],
  ["a prediction that is not a number", [1, 2], [1, Number.NaN], "EVALUATION_NUMBER_INVALID"],
])("%s are refused", (_, actual, predicted, code) => {
  expect(() => measureOutcome(regressionFamily, outcomeOf({ actual, predicted }))).toThrow(
    expect.objectContaining({ code }),
  );
});

test("outcomes of other rows are not compared", () => {
  const [a, b] = [outcomeOf({ actual: [1, 2], predicted: [1, 2] }), outcomeOf({ actual: [1, 3], predicted: [1, 2] })];
  expect(() => compareOutcomes(regressionFamily, a, b, { resamples: 2, seed: 1 })).toThrow(
    "comparison: the actual values differ at row 1",
  );
});
