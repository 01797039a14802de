import { readFileSync } from "node:fs";
import type { MultiLabelMetric } from "@modelwright/contracts";
import { LABEL_METRICS, type LabelMetric } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import { fitThresholds } from "../metrics/fit-thresholds.ts";
import { labelMetricKey } from "../metrics/label-metrics.ts";
import type { MultiLabelOutcome } from "../metrics/multi-label-outcome.ts";
import { measureOutcome } from "./measure-outcome.ts";
import { multiLabelFamily } from "./multi-label.ts";

type Expected = Record<MultiLabelMetric, number> & Record<LabelMetric | "support", (number | null)[]>;
interface Case {
  readonly name: string;
  readonly labels: number;
  readonly actual: number[];
  readonly probabilities: number[];
  readonly thresholds: number[];
  readonly expected: Expected;
  readonly weights: number[];
  readonly resampled: Expected;
  readonly bestF1: (number | null)[];
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/multi-label.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

function outcomeOf(given: Omit<Case, "name" | "expected" | "weights" | "resampled" | "bestF1">): MultiLabelOutcome {
  return {
    labels: Array.from({ length: given.labels }, (_, index) => `label ${index}`),
    actual: Uint8Array.from(given.actual),
    probabilities: Float64Array.from(given.probabilities),
    thresholds: Float64Array.from(given.thresholds),
  };
}

function expectClose(measured: Record<string, number>, expected: Expected, labels: readonly string[]): void {
  for (const metric of Object.keys(multiLabelFamily.metrics) as MultiLabelMetric[]) {
    expect(measured[metric], metric).toBeCloseTo(expected[metric], 10);
  }
  for (const metric of LABEL_METRICS) {
    labels.forEach((label, index) => {
      const value = expected[metric][index]!;
      const key = labelMetricKey(metric, label);
      if (value === null || !(key in measured)) expect(expected.support[index] === 0 || value === null).toBe(true);
      else expect(measured[key], key).toBeCloseTo(value, 10);
    });
  }
}

describe.each(cases)("multi-label outcomes with $name agree with scikit-learn", (given) => {
  const outcome = outcomeOf(given);

  test("over all rows", () => {
    const measured = measureOutcome(multiLabelFamily, outcome);
    expectClose(measured, given.expected, outcome.labels);
    for (const label of outcome.labels) expect(measured).toHaveProperty([labelMetricKey("f1", label)]);
  });

  test("over a resample, given as weights", () => {
    const weights = Float64Array.from(given.weights);
    expectClose(measureOutcome(multiLabelFamily, outcome, weights), given.resampled, outcome.labels);
  });

  test("fitted thresholds reach the best F1 that any threshold has", () => {
    const thresholds = fitThresholds(outcome);
    const measured = measureOutcome(multiLabelFamily, { ...outcome, thresholds });
    given.bestF1.forEach((best, index) => {
      if (best === null) expect(thresholds[index]).toBe(0.5);
      else expect(measured[labelMetricKey("f1", outcome.labels[index]!)]).toBeCloseTo(best, 12);
    });
  });
});

describe("fitThresholds", () => {
  const fit = (probabilities: number[], actual: number[]) =>
    fitThresholds({
      labels: ["a"],
      actual: Uint8Array.from(actual),
      probabilities: Float64Array.from(probabilities),
    })[0]!;

  test.each<[string, number[], number[], number]>([
    ["halfway between the rows that it parts", [0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0], 0.55],
    ["of equal F1 the highest", [0.9, 0.6, 0.5, 0.4], [1, 0, 0, 1], 0.75],
    ["between ties, never within one", [0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.3],
    ["halfway to 0 where every row has the label", [0.8, 0.4], [1, 1], 0.2],
    ["0.5 where no row has it", [0.9, 0.1], [0, 0], 0.5],
  ])("%s", (_, probabilities, actual, threshold) => {
    expect(fit(probabilities, actual)).toBeCloseTo(threshold, 12);
  });

  test("a row keeps its side where no number lies between two probabilities", () => {
    const low = 0.5;
    const high = low + Number.EPSILON / 2;
    expect(fit([high, low], [1, 0])).toBe(high);
  });
});

const outcomes = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), labels: fc.integer({ min: 1, max: 4 }) })
  .chain(({ rows, labels }) => {
    const items = { minLength: rows * labels, maxLength: rows * labels };
    return fc.record({
      labels: fc.constant(labels),
      actual: fc.array(fc.nat({ max: 1 }), items),
      probabilities: fc.array(
        fc.nat({ max: 4 }).map((value) => value / 4),
        items,
      ),
      thresholds: fc.array(fc.constantFrom(0.25, 0.5, 0.75), { minLength: labels, maxLength: labels }),
      weights: fc.array(fc.nat({ max: 3 }), { minLength: rows, maxLength: rows }),
    });
  })
  .filter(({ weights }) => weights.some((weight) => weight > 0));

test("weights are repetitions of rows, for every measure of the whole", () => {
  fc.assert(
    fc.property(outcomes, ({ weights, ...given }) => {
      const repeat = (values: number[]) =>
        weights.flatMap((weight, row) =>
          Array.from({ length: weight }, () => values.slice(row * given.labels, (row + 1) * given.labels)).flat(),
        );
      const ofWeights = measureOutcome(multiLabelFamily, outcomeOf(given), Float64Array.from(weights));
      const repeated = outcomeOf({
        ...given,
        actual: repeat(given.actual),
        probabilities: repeat(given.probabilities),
      });
      const ofRepeated = measureOutcome(multiLabelFamily, repeated);
      for (const metric of Object.keys(multiLabelFamily.metrics)) {
        if (ofRepeated[metric] === undefined) expect(ofWeights).not.toHaveProperty(metric);
        else expect(ofWeights[metric]).toBeCloseTo(ofRepeated[metric], 10);
      }
    }),
  );
});

test("intervals hold their values, those of single labels too, and a paired comparison finds the better one", () => {
  const outcome = outcomeOf(cases[0]!);
  const measured = intervals(multiLabelFamily, outcome, { resamples: 200, seed: 2 });
  expect(measured["f1:label 0"]!.low).toBeLessThan(measured["f1:label 0"]!.value);
  const noise = { ...outcome, probabilities: outcome.probabilities.map((_, item) => ((item * 7919) % 101) / 101) };
  const compared = compareOutcomes(multiLabelFamily, outcome, noise, { resamples: 200, seed: 2 });
  const better = Object.fromEntries(compared.map(({ metric, better }) => [metric, better]));
  expect(better).toMatchObject({ f1Micro: "a", hammingLoss: "a", averagePrecisionMicro: "a" });
});

test.each<[string, Partial<MultiLabelOutcome>, string]>([
  ["no rows", { actual: new Uint8Array(0), probabilities: new Float64Array(0) }, "EVALUATION_EMPTY"],
  ["half a row", { actual: new Uint8Array(3), probabilities: new Float64Array(3) }, "EVALUATION_LENGTHS_DIFFER"],
  ["too few probabilities", { probabilities: new Float64Array(3) }, "EVALUATION_LENGTHS_DIFFER"],
  ["too few thresholds", { thresholds: new Float64Array(1) }, "EVALUATION_LENGTHS_DIFFER"],
  ["a mark of 2", { actual: Uint8Array.of(0, 1, 2, 0) }, "EVALUATION_NUMBER_INVALID"],
  ["a probability above 1", { probabilities: Float64Array.of(0, 1, 1.5, 0) }, "EVALUATION_PROBABILITY_INVALID"],
  ["a threshold of NaN", { thresholds: Float64Array.of(0.5, Number.NaN) }, "EVALUATION_NUMBER_INVALID"],
])("%s is refused", (_, change, code) => {
  const outcome: MultiLabelOutcome = {
    labels: ["a", "b"],
    actual: Uint8Array.of(0, 1, 1, 0),
    probabilities: Float64Array.of(0.1, 0.9, 0.8, 0.2),
    thresholds: Float64Array.of(0.5, 0.5),
    ...change,
  };
  expect(() => measureOutcome(multiLabelFamily, outcome)).toThrow(expect.objectContaining({ code }));
});
