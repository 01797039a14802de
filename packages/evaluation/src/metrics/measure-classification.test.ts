import { readFileSync } from "node:fs";
import { ModelwrightError } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomes } from "../testing/outcomes.ts";
import { calibrationBins } from "./calibration.ts";
import type { ClassificationOutcome } from "./classification-outcome.ts";
import { precisionRecallCurve, rocCurve } from "./curves.ts";
import { type ClassificationMeasures, measureClassification } from "./measure-classification.ts";

interface Case {
  name: string;
  classes: number;
  actual: number[];
  probabilities: number[];
  expected: Omit<ClassificationMeasures, "perClass" | "rows"> & {
    precision: number[];
    recall: number[];
    f1: number[];
    support: number[];
    rocAucPerClass: (number | null)[];
    rocCurve: { label: number; falsePositiveRate: number[]; truePositiveRate: number[]; thresholds: (number | null)[] };
    precisionRecallCurve: { label: number; precision: number[]; recall: number[] };
  };
}

const fixtures = JSON.parse(readFileSync(new URL("../../fixtures/classification.json", import.meta.url), "utf8")) as {
  cases: Case[];
  logLoss: { classes: number; actual: number[]; probabilities: number[]; logLoss: number };
};

function outcomeOf(given: { classes: number; actual: number[]; probabilities: number[] }): ClassificationOutcome {
  return {
    labels: Array.from({ length: given.classes }, (_, index) => `label ${index}`),
    actual: Int32Array.from(given.actual),
    probabilities: Float64Array.from(given.probabilities),
  };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    expect(value, `index ${index}`).toBeCloseTo(expected[index]!, 12);
  });
}

describe("measureClassification agrees with scikit-learn", () => {
  test("the fixtures hold every kind of case", () => {
    expect(fixtures.cases.map(({ name }) => name)).toEqual([
      "binary",
      "binary with rare positives",
      "three classes",
      "seventy-seven classes",
      "tied scores",
      "absent class",
      "absent class never predicted",
    ]);
  });

  describe.each(fixtures.cases)("$name", (given) => {
    const { expected } = given;
    const outcome = outcomeOf(given);
    const measures = measureClassification(outcome);

    test.each([
      "accuracy",
      "precisionMacro",
      "recallMacro",
      "f1Macro",
      "balancedAccuracy",
      "rocAuc",
      "averagePrecision",
      "logLoss",
      "expectedCalibrationError",
    ] as const)("%s", (metric) => {
      expect(measures[metric]).toBeCloseTo(expected[metric]!, 12);
    });

    test.each(["precision", "recall", "f1", "support"] as const)("%s of each label", (metric) => {
      const ofLabels = measures.perClass.map((each) => each[metric]);
      expectClose(ofLabels, expected[metric]);
    });

    test("ROC AUC of each label, absent where it is not defined", () => {
      measures.perClass.forEach(({ rocAuc }, index) => {
        const auc = expected.rocAucPerClass[index];
        if (auc === null) expect(rocAuc).toBeUndefined();
        else expect(rocAuc).toBeCloseTo(auc!, 12);
      });
    });

    test("confusion matrix", () => {
      expect(measures.confusion).toEqual(expected.confusion);
    });

    test("ROC curve", () => {
      const { label, ...points } = expected.rocCurve;
      const curve = rocCurve(outcome, label);
      expectClose(curve.falsePositiveRate, points.falsePositiveRate);
      expectClose(curve.truePositiveRate, points.truePositiveRate);
      expectClose(curve.thresholds.slice(1), points.thresholds.slice(1) as number[]);
    });

    test("precision-recall curve", () => {
      const { label, precision, recall } = expected.precisionRecallCurve;
      const curve = precisionRecallCurve(outcome, label);
      expectClose(curve.precision, precision.toReversed());
      expectClose(curve.recall, recall.toReversed());
    });
  });

  test("log loss of unrounded probabilities", () => {
    const { logLoss } = measureClassification(outcomeOf(fixtures.logLoss));
    expect(logLoss).toBeCloseTo(fixtures.logLoss.logLoss, 12);
  });
});

describe("measureClassification keeps the laws of its metrics", () => {
  test("every share lies in [0, 1]", () => {
    fc.assert(
      fc.property(outcomes(), (outcome) => {
        const { rows, logLoss, perClass, confusion, ...shares } = measureClassification(outcome);
        for (const share of Object.values(shares)) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(logLoss).toBeGreaterThanOrEqual(0);
        expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(rows);
        expect(perClass.reduce((sum, { support }) => sum + support, 0)).toBe(rows);
      }),
    );
  });

  test("the order of the rows does not matter", () => {
    fc.assert(
      fc.property(outcomes(), (outcome) => {
        const classes = outcome.labels.length;
        const order = Array.from(outcome.actual, (_, row) => row).reverse();
        const turned: ClassificationOutcome = {
          labels: outcome.labels,
          actual: Int32Array.from(order, (row) => outcome.actual[row]!),
          probabilities: Float64Array.from(
            order.flatMap((row) => [...outcome.probabilities.slice(row * classes, (row + 1) * classes)]),
          ),
        };
        const [first, second] = [measureClassification(outcome), measureClassification(turned)];
        expect(second.confusion).toEqual(first.confusion);
        expect(second.logLoss).toBeCloseTo(first.logLoss, 10);
        expect(second.expectedCalibrationError).toBeCloseTo(first.expectedCalibrationError, 10);
        if (first.rocAuc !== undefined) expect(second.rocAuc).toBeCloseTo(first.rocAuc, 10);
      }),
    );
  });

  test("certain and right predictions are perfect", () => {
    fc.assert(
      fc.property(outcomes(), ({ labels, actual }) => {
        const probabilities = new Float64Array(actual.length * labels.length);
        actual.forEach((label, row) => {
          probabilities[row * labels.length + label] = 1;
        });
        const measures = measureClassification({ labels, actual, probabilities });
        expect(measures).toMatchObject({ accuracy: 1, f1Macro: 1, balancedAccuracy: 1, expectedCalibrationError: 0 });
        expect(measures.logLoss).toBeCloseTo(0, 12);
        expect(measures.rocAuc ?? 1).toBe(1);
      }),
    );
  });

  test("ROC AUC is the share of rightly ordered pairs, ties counting half", () => {
    fc.assert(
      fc.property(outcomes(), (outcome) => {
        const classes = outcome.labels.length;
        measureClassification(outcome).perClass.forEach(({ rocAuc }, label) => {
          let pairs = 0;
          let ordered = 0;
          const score = (row: number) => outcome.probabilities[row * classes + label]!;
          outcome.actual.forEach((one, positive) => {
            outcome.actual.forEach((other, negative) => {
              if (one !== label || other === label) return;
              pairs += 1;
              ordered += score(positive) > score(negative) ? 1 : score(positive) === score(negative) ? 0.5 : 0;
            });
          });
          if (pairs === 0) expect(rocAuc).toBeUndefined();
          else expect(rocAuc).toBeCloseTo(ordered / pairs, 10);
        });
      }),
    );
  });

  test("calibration bins hold every row once", () => {
    fc.assert(
      fc.property(outcomes(), fc.integer({ min: 1, max: 30 }), (outcome, bins) => {
        const found = calibrationBins(outcome, bins);
        expect(found).toHaveLength(bins);
        expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(outcome.actual.length);
        for (const { low, high, rows, confidence } of found) {
          if (rows === 0) continue;
          expect(confidence).toBeGreaterThanOrEqual(low - 1e-12);
          expect(confidence).toBeLessThanOrEqual(high + 1e-12);
        }
      }),
    );
  });
});

describe("measureClassification answers what it cannot measure", () => {
  const labels = ["ham", "spam"];
  const bad: [string, ClassificationOutcome][] = [
    ["no rows", { labels, actual: new Int32Array(0), probabilities: new Float64Array(0) }],
    ["a missing number", { labels, actual: Int32Array.of(0, 1), probabilities: Float64Array.of(1, 0, 1) }],
    ["an unknown class", { labels, actual: Int32Array.of(0, 2), probabilities: Float64Array.of(1, 0, 1, 0) }],
    ["a negative class", { labels, actual: Int32Array.of(-1), probabilities: Float64Array.of(1, 0) }],
    ["NaN", { labels, actual: Int32Array.of(0), probabilities: Float64Array.of(0.5, Number.NaN) }],
    ["a logit", { labels, actual: Int32Array.of(0), probabilities: Float64Array.of(2.5, -1) }],
  ];
  const answers = bad.map(([what, outcome]) => {
    try {
      measureClassification(outcome);
      return `${what}: measured`;
    } catch (error) {
      expect(error).toBeInstanceOf(ModelwrightError);
      const { code, message } = error as ModelwrightError;
      return `${what}: ${code}: ${message}`;
    }
  });

  test("with a code, the place, the rule and the value", () => {
    expect(answers.join("\n")).toMatchInlineSnapshot(`
      "no rows: EVALUATION_EMPTY: classification: no rows to evaluate. Give at least one row with a text and a known label.
      a missing number: EVALUATION_SHAPE_MISMATCH: probabilities: 2 rows of 2 labels need 4 numbers, got 3. Give the probabilities row by row, one for each label, in the order of the labels.
      an unknown class: EVALUATION_LABEL_UNKNOWN: row 1: the actual class must be an index from 0 to 1, got 2. Drop rows whose label the model does not know, or train with that label.
      a negative class: EVALUATION_LABEL_UNKNOWN: row 0: the actual class must be an index from 0 to 1, got -1. Drop rows whose label the model does not know, or train with that label.
      NaN: EVALUATION_PROBABILITY_INVALID: row 0, label "spam": a probability must lie in [0, 1], got NaN. Give the model's softmax output; NaN means that the model has diverged.
      a logit: EVALUATION_PROBABILITY_INVALID: row 0, label "ham": a probability must lie in [0, 1], got 2.5. Give the model's softmax output; NaN means that the model has diverged."
    `);
  });

  test("rows of a single label have no ROC AUC", () => {
    const measures = measureClassification({
      labels,
      actual: Int32Array.of(0, 0),
      probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6),
    });
    expect(measures).not.toHaveProperty("rocAuc");
    expect(measures).not.toHaveProperty("averagePrecision");
    expect(measures.balancedAccuracy).toBe(0.5);
  });
});
