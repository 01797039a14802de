import { readFileSync } from "node:fs";
import type { AnomalyMetric } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import type { AnomalyOutcome } from "../metrics/anomaly-outcome.ts";
import { anomalyFamily, unlabelledAnomalyFamily } from "./anomalies.ts";
import { measureOutcome } from "./measure-outcome.ts";

type Measures = Record<AnomalyMetric, number>;
interface Case {
  readonly name: string;
  readonly known: number[];
  readonly oddness: number[];
  readonly flagged: number[];
  readonly expectedShare: number;
  readonly expected: Measures;
  readonly weights: number[];
  readonly resampled: Measures;
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/anomalies.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

function outcomeOf({
  known,
  oddness,
  flagged,
  expectedShare,
}: Pick<Case, "known" | "oddness" | "flagged" | "expectedShare">): AnomalyOutcome {
  return {
    known: Int8Array.from(known),
    oddness: Float64Array.from(oddness),
    flagged: Uint8Array.from(flagged),
    expected: expectedShare,
  };
}

function expectClose(measured: Record<string, number>, expected: Measures): void {
  expect(Object.keys(measured)).toEqual(Object.keys(anomalyFamily.metrics));
  // Of ties the script draws thousands of orders; all other values are exact.
  for (const [name, value] of Object.entries(expected))
    expect(measured[name]!, name).toBeCloseTo(value, name === "precisionAtN" ? 2 : 9);
}

describe.each(cases)("an outcome $name agrees with scikit-learn", (given) => {
  test("over all rows", () => {
    expectClose(measureOutcome(anomalyFamily, outcomeOf(given)), given.expected);
  });

  test("over a resample, given as weights", () => {
    expectClose(measureOutcome(anomalyFamily, outcomeOf(given), Float64Array.from(given.weights)), given.resampled);
  });
});

const rows = fc.array(
  fc.record({
    known: fc.constantFrom(1, 0, -1),
    oddness: fc.integer({ min: 0, max: 5 }),
    flagged: fc.constantFrom(0, 1),
    weight: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 14 },
);

test("weights are how often rows stand there", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const as = (each: typeof given) =>
        outcomeOf({
          known: each.map(({ known }) => known),
          oddness: each.map(({ oddness }) => oddness),
          flagged: each.map(({ flagged }) => flagged),
          expectedShare: 0.1,
        });
      const weighted = measureOutcome(
        anomalyFamily,
        as(given),
        Float64Array.from(given, ({ weight }) => weight),
      );
      const repeated = measureOutcome(anomalyFamily, as(given.flatMap((row) => new Array(row.weight).fill(row))));
      expect(Object.keys(weighted)).toEqual(Object.keys(repeated));
      for (const [name, value] of Object.entries(weighted)) expect(value, name).toBeCloseTo(repeated[name]!, 9);
    }),
  );
});

const BOOTSTRAP = { resamples: 100, seed: 7 };
const ranked = (known: number[], flagged = known.map(() => 0)) =>
  outcomeOf({ known, oddness: known.map((_, row) => known.length - row), flagged, expectedShare: 0.25 });

test("without known anomalies only the flagged share is measured, which then decides", () => {
  const [one, other] = [ranked([0, -1, 0, -1], [1, 0, 0, 0]), ranked([0, -1, 0, -1], [1, 1, 1, 0])];
  expect(Object.keys(intervals(anomalyFamily, one, BOOTSTRAP))).toEqual(["shareGap"]);
  expect(unlabelledAnomalyFamily.deciding).toBe("shareGap");
  const [comparison] = compareOutcomes(unlabelledAnomalyFamily, one, other, BOOTSTRAP);
  expect(comparison).toMatchObject({ metric: "shareGap", difference: { value: -0.5 } });
});

test("where no row is flagged there is no precision, and nothing is found", () => {
  const measures = measureOutcome(anomalyFamily, ranked([1, 0, 0]));
  expect(measures).toMatchObject({ recall: 0, f1: 0, averagePrecision: 1 });
  expect(measures).not.toHaveProperty("precision");
});

test("outcomes of parts are one over all rows, each with what was expected of it", () => {
  const joined = anomalyFamily.join([ranked([1, 0], [1, 0]), { ...ranked([0, -1, 0, 1]), expected: 0.5 }]);
  expect(joined.expected).toBeCloseTo((2 * 0.25 + 4 * 0.5) / 6, 12);
  expect(anomalyFamily.answers(joined).slice(0, 2)).toEqual([
    { actual: "anomaly", predicted: "anomaly", oddness: 2 },
    { actual: "ordinary", predicted: "ordinary", oddness: 1 },
  ]);
});

test.each([
  ["no rows", ranked([]), "EVALUATION_EMPTY"],
  ["flags of fewer rows", { ...ranked([1, 0]), flagged: Uint8Array.of(1) }, "EVALUATION_LENGTHS_DIFFER"],
  ["no number", { ...ranked([1, 0]), oddness: Float64Array.of(1, Number.NaN) }, "EVALUATION_NUMBER_INVALID"],
])("refuses %s", (_, outcome, code) => {
  expect(() => anomalyFamily.prepare(outcome)).toThrow(expect.objectContaining({ code }));
});

test("outcomes over other rows are told apart", () => {
  expect(anomalyFamily.mismatch(ranked([1]), ranked([1, 0]))).toEqual({ what: "1 rows against 2" });
  expect(anomalyFamily.mismatch(ranked([1, 0]), ranked([1, 1]))).toEqual({
    what: "the known anomalies differ",
    row: 1,
  });
});
