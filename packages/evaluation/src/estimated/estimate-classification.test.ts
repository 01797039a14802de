import { readFileSync } from "node:fs";
import { RandomSource } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { classificationFamily } from "../families/classification.ts";
import { estimateClassification } from "./estimate-classification.ts";

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly probabilities: readonly number[];
  readonly expected: Readonly<Record<string, number>>;
}

/** What scikit-learn says of labels by their probabilities: fixtures/make-estimated-fixtures.py. */
const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/estimated.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

const labelsOf = (classes: number) => Array.from({ length: classes }, (_, label) => `label ${label}`);

describe.each(cases)("$name", ({ classes, probabilities, expected }) => {
  const outcome = { labels: labelsOf(classes), probabilities: Float64Array.from(probabilities) };

  test("expects what scikit-learn measures of rows weighted by probability", () => {
    const estimated = estimateClassification(outcome, { resamples: 50, seed: 1 }) as Record<string, { value: number }>;
    for (const [metric, value] of Object.entries(expected))
      expect(estimated[metric]!.value, metric).toBeCloseTo(value, 9);
    expect(estimated).not.toHaveProperty("expectedCalibrationError");
  });
});

/** Probabilities of three labels, and labels that follow them. */
function calibrated(random: RandomSource, rows: number) {
  const probabilities = new Float64Array(rows * 3);
  const actual = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const weights = Array.from({ length: 3 }, () => Math.exp(1.5 * random.normal()));
    const sum = weights.reduce((a, b) => a + b);
    probabilities.set(
      weights.map((weight) => weight / sum),
      row * 3,
    );
    const drawn = random.uniform() * sum;
    actual[row] = drawn < weights[0]! ? 0 : drawn < weights[0]! + weights[1]! ? 1 : 2;
  }
  return { labels: labelsOf(3), actual, probabilities };
}

test("intervals hold what labels then show, as often as they say", () => {
  const windows = 200;
  const held = new Map<string, number>();
  for (let window = 0; window < windows; window++) {
    const outcome = calibrated(RandomSource.fromSeed(7).stream("window", window), 60);
    const { keys, whole } = classificationFamily.prepare(outcome);
    const estimated = estimateClassification(outcome, { resamples: 120, seed: window });
    for (const metric of ["accuracy", "f1Macro", "rocAuc", "logLoss"] as const) {
      const realised = whole[keys.indexOf(metric)]!;
      const { low, high } = estimated[metric]!;
      held.set(metric, (held.get(metric) ?? 0) + (low! <= realised && realised <= high! ? 1 / windows : 0));
    }
  }
  // Quantiles of 120 draws are off by a share of some 0.01; three standard errors of 200 windows are 0.046.
  for (const [metric, share] of held) {
    expect(share, metric).toBeGreaterThan(0.95 - 0.056);
  }
});

test("follows what comes in, and does not see labels that no longer fit it", () => {
  const outcome = calibrated(RandomSource.fromSeed(3), 600);
  const unsure = { ...outcome, probabilities: outcome.probabilities.map((p) => 0.5 * p + 0.5 / 3) };
  const options = { resamples: 100, seed: 1 };
  const { low } = estimateClassification(outcome, options).accuracy!;
  expect(estimateClassification(unsure, options).accuracy!.high).toBeLessThan(low!);
  const otherLabels = { ...outcome, actual: outcome.actual.map((label) => (label + 1) % 3) };
  expect(estimateClassification(otherLabels, options)).toEqual(estimateClassification(outcome, options));
});

test("knows the share that is answered without labels", () => {
  const outcome = { labels: ["a", "b"], probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6), rejectBelow: 0.8 };
  const { coverage, answeredAccuracy } = estimateClassification(outcome, { resamples: 50, seed: 1 });
  expect(coverage).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  expect(answeredAccuracy!.value).toBeCloseTo(0.9, 12);
});

test("refuses what is no table of probabilities", () => {
  const options = { resamples: 10, seed: 1 };
  const of = (labels: string[], ...probabilities: number[]) =>
    estimateClassification({ labels, probabilities: Float64Array.from(probabilities) }, options);
  expect(() => of(["a", "b"])).toThrow("no rows");
  expect(() => of(["a", "b"], 0.5)).toThrow("1 rows of 2 labels need 2 numbers, got 1");
  expect(() => of(["a", "b"], 0.5, Number.NaN)).toThrow('label "b"');
});
