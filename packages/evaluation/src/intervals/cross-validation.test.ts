import { describe, expect, test } from "vitest";
import { classificationFamily } from "../families/classification.ts";
import { embeddingFamily, similarityFamily } from "../families/embeddings.ts";
import { causalLanguageModelingFamily } from "../families/language-modeling.ts";
import { measureOutcome } from "../families/measure-outcome.ts";
import type { MetricFamily } from "../families/metric-family.ts";
import { multiLabelFamily } from "../families/multi-label.ts";
import { regressionFamily } from "../families/regression.ts";
import { spanFamily } from "../families/spans.ts";
import { writtenTextFamily } from "../families/written-texts.ts";
import {
  inventDocuments,
  inventMultiLabel,
  inventRegression,
  inventSearches,
  inventSimilarities,
  inventSpans,
} from "../testing/invented-outcomes.ts";
import { measureFolds } from "./cross-validation.ts";
import { intervals } from "./intervals.ts";

const BOOTSTRAP = { resamples: 100, seed: 7 };
const labels = ["ham", "spam"];
const binary = (rows: number, shift: number) => ({
  labels,
  actual: Int32Array.from({ length: rows }, (_, row) => row % 2),
  probabilities: Float64Array.from({ length: rows * 2 }, (_, item) => {
    const spam = (((item >> 1) * 37 + shift) % 101) / 101;
    return item % 2 === 1 ? spam : 1 - spam;
  }),
});
const multi = (rows: number, threshold: number) => ({
  ...inventMultiLabel(labels, rows, 0.4),
  thresholds: Float64Array.of(threshold, 0.5),
});
const texts = (rows: number) => ({
  rows: Array.from({ length: rows }, (_, row) => ({ target: `the answer ${row}`, written: `an answer ${row % 7}` })),
});

interface Case {
  readonly family: MetricFamily<unknown>;
  readonly a: unknown;
  readonly b: unknown;
}

function outcomes<Outcome>(family: MetricFamily<Outcome>, a: Outcome, b: Outcome): Case {
  return { family: family as unknown as MetricFamily<unknown>, a, b };
}

/** Of each family outcomes over 30 and 20 units. */
const CASES: Readonly<Record<string, Case>> = {
  classification: outcomes(classificationFamily, binary(30, 3), binary(20, 50)),
  "multi-label": outcomes(multiLabelFamily, multi(30, 0.3), multi(20, 0.6)),
  regression: outcomes(regressionFamily, inventRegression(30, 1), inventRegression(20, 3)),
  spans: outcomes(spanFamily, inventSpans(labels, 30, 2), inventSpans(labels, 20, 5)),
  "written texts": outcomes(writtenTextFamily, texts(30), texts(20)),
  "language models": outcomes(causalLanguageModelingFamily, inventDocuments(30, 2), inventDocuments(20, 3)),
  searches: outcomes(embeddingFamily, inventSearches(30, 4), inventSearches(20, 3)),
  similarities: outcomes(similarityFamily, inventSimilarities(30, 0.1), inventSimilarities(20, 0.3)),
};

describe.each(Object.entries(CASES))("folds of %s", (_, { family, a, b }) => {
  const joined = family.join([a, b]);

  test("are joined in order: with one of them counted alone the measures are its own", () => {
    const units = [a, b].map((outcome) => family.prepare(outcome).units);
    const ofFirst = Float64Array.from({ length: units[0]! + units[1]! }, (__, unit) => Number(unit < units[0]!));
    expect(family.prepare(joined).units).toBe(ofFirst.length);
    for (const [weights, alone] of [
      [ofFirst, a],
      [ofFirst.map((weight) => 1 - weight), b],
    ] as const) {
      const [one, other] = [measureOutcome(family, joined, weights), measureOutcome(family, alone)];
      for (const metric of Object.keys(family.metrics)) {
        if (other[metric] === undefined) expect(one[metric]).toBeUndefined();
        else expect(one[metric]).toBeCloseTo(other[metric], 9);
      }
    }
  });

  test("give an answer per unit, as plain data", () => {
    const answers = family.answers(joined);
    expect(answers).toEqual([...family.answers(a), ...family.answers(b)]);
    expect(answers).toHaveLength(family.prepare(joined).units);
    expect(JSON.parse(JSON.stringify(answers))).toEqual(answers);
  });

  test("are measured together with intervals, and apart with their deviation", () => {
    const { pooled, perFold } = measureFolds(
      family,
      [
        { repeat: 1, fold: 1, outcome: a },
        { repeat: 1, fold: 2, outcome: b },
      ],
      BOOTSTRAP,
    );
    const { deciding } = family;
    expect(pooled[deciding]).toEqual(intervals(family, joined, BOOTSTRAP)[deciding]);
    const [one, other] = [a, b].map((outcome) => measureOutcome(family, outcome)[deciding]!) as [number, number];
    expect(perFold[deciding]!.mean).toBeCloseTo((one + other) / 2, 12);
    expect(perFold[deciding]!.deviation).toBeCloseTo(Math.abs(one - other) / Math.SQRT2, 12);
    expect(Object.keys(pooled).filter((name) => name.includes(":"))).toEqual([]);
  });
});

test("of repeats the means count, of bounds too; folds of one row have no deviation", () => {
  const folds = [1, 2].map((repeat) => ({ repeat, fold: 1, outcome: inventRegression(30, repeat) }));
  const { pooled } = measureFolds(regressionFamily, folds, BOOTSTRAP);
  const each = folds.map(({ outcome }) => intervals(regressionFamily, outcome, BOOTSTRAP).r2!);
  expect(pooled.r2!.value).toBeCloseTo((each[0]!.value + each[1]!.value) / 2, 12);
  expect(pooled.r2!.low).toBeCloseTo((each[0]!.low! + each[1]!.low!) / 2, 12);
  const rows = Array.from({ length: 5 }, (_, row) => ({
    repeat: 1,
    fold: row + 1,
    outcome: { actual: Float64Array.of(row), predicted: Float64Array.of(row + 0.5) },
  }));
  expect(measureFolds(regressionFamily, rows, BOOTSTRAP)).toMatchObject({
    perFold: {},
    pooled: { mae: { value: 0.5 } },
  });
});
