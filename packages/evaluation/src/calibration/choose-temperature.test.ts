import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClassificationOutcome, predictedClasses } from "../metrics/classification-outcome.ts";
import type { MultiLabelScores } from "../metrics/multi-label-outcome.ts";
import { outcomes } from "../testing/outcomes.ts";
import { type CalibrationMeasures, classCalibration, labelCalibration } from "./calibration-measures.ts";
import { chooseClassTemperature, chooseLabelTemperature } from "./choose-temperature.ts";
import { fitTemperature } from "./fit-temperature.ts";
import { classLogits, labelLogits, logarithms, logit } from "./logit-rows.ts";
import { temperClasses, temperLabels, temperProbability } from "./temper.ts";

interface Case {
  readonly name: string;
  readonly labels: number;
  readonly actual: number[];
  readonly probabilities: number[];
  readonly temperature: number;
  readonly before: CalibrationMeasures;
  readonly after: CalibrationMeasures;
}

const fixtures = JSON.parse(readFileSync(new URL("../../fixtures/calibration.json", import.meta.url), "utf8")) as {
  readonly classes: Case[];
  readonly labelSets: Case[];
};

const namesOf = (count: number) => Array.from({ length: count }, (_, label) => `label ${label}`);
const classOutcome = ({ labels, actual, probabilities }: Case): ClassificationOutcome => ({
  labels: namesOf(labels),
  actual: Int32Array.from(actual),
  probabilities: Float64Array.from(probabilities),
});
const labelScores = ({ labels, actual, probabilities }: Case): MultiLabelScores => ({
  labels: namesOf(labels),
  actual: Uint8Array.from(actual),
  probabilities: Float64Array.from(probabilities),
});

function expectClose(measured: CalibrationMeasures, expected: CalibrationMeasures, digits: number): void {
  for (const key of ["ece", "logLoss", "brier"] as const) expect(measured[key], key).toBeCloseTo(expected[key], digits);
}

describe.each(fixtures.classes)("one label per row, $name", (given) => {
  const outcome = classOutcome(given);

  test("is measured as by scikit-learn", () => expectClose(classCalibration(outcome), given.before, 12));

  test("gets the temperature that SciPy finds", () => {
    const temperature = fitTemperature(classLogits(logarithms(outcome.probabilities), outcome.actual));
    expect(temperature / given.temperature).toBeCloseTo(1, 6);
    expectClose(classCalibration(temperClasses(outcome, temperature)), given.after, 6);
  });

  test("is better calibrated on rows that the temperature was not fitted on", () => {
    const chosen = chooseClassTemperature(outcome);
    expect(chosen).toMatchObject({ rows: outcome.actual.length, before: classCalibration(outcome) });
    if ("reason" in chosen) throw new Error(chosen.reason);
    expect(chosen.after.logLoss).toBeLessThan(chosen.before.logLoss);
    expect(chosen.after.logLoss).toBeGreaterThan(given.after.logLoss);
  });
});

describe.each(fixtures.labelSets)("any labels per row, $name", (given) => {
  const scores = labelScores(given);

  test("is measured as by scikit-learn", () => expectClose(labelCalibration(scores), given.before, 12));

  test("gets the temperature that SciPy finds", () => {
    const temperature = fitTemperature(labelLogits(scores.probabilities.map(logit), scores.actual, given.labels));
    expect(temperature / given.temperature).toBeCloseTo(1, 6);
    expectClose(labelCalibration(temperLabels(scores, temperature)), given.after, 6);
  });

  test("is better calibrated on rows that the temperature was not fitted on", () => {
    const chosen = chooseLabelTemperature(scores);
    if ("reason" in chosen) throw new Error(chosen.reason);
    expect(chosen.after.logLoss).toBeLessThan(chosen.before.logLoss);
  });
});

const temperatures = fc.double({ min: 0.1, max: 10, noNaN: true });

describe("a temperature", () => {
  test("never changes the likeliest label, and rows still sum to 1", () => {
    fc.assert(
      fc.property(outcomes(), temperatures, (outcome, temperature) => {
        const tempered = temperClasses(outcome, temperature);
        expect(predictedClasses(tempered)).toEqual(predictedClasses(outcome));
        for (let row = 0; row < outcome.actual.length; row++) {
          const { length } = outcome.labels;
          const sum = tempered.probabilities.subarray(row * length, (row + 1) * length).reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  test("of 1 changes nothing, and one undoes another", () => {
    fc.assert(
      fc.property(outcomes(), temperatures, (outcome, temperature) => {
        const back = temperClasses(temperClasses(outcome, temperature), 1 / temperature);
        const same = temperClasses(outcome, 1);
        outcome.probabilities.forEach((value, i) => {
          expect(back.probabilities[i]).toBeCloseTo(value, 9);
          expect(same.probabilities[i]).toBeCloseTo(value, 12);
        });
      }),
    );
  });

  test("leaves a label above its threshold where the threshold moves with it", () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(probability, probability, temperatures, (a, b, temperature) => {
        if (a > b) expect(temperProbability(a, temperature)).toBeGreaterThanOrEqual(temperProbability(b, temperature));
      }),
    );
  });

  test("of certain probabilities is a number", () => {
    const outcome = { labels: ["a", "b"], actual: Int32Array.of(0), probabilities: Float64Array.of(1, 0) };
    expect([...temperClasses(outcome, 2).probabilities]).toEqual([1, expect.closeTo(0, 12)]);
    expect(temperProbability(1, 2)).toBeLessThan(1);
    expect(temperProbability(0, 2)).toBeGreaterThan(0);
  });
});

describe("no temperature is chosen", () => {
  const [first] = fixtures.classes;

  test("for few rows", () => {
    const { labels, actual, probabilities } = classOutcome(first!);
    const few = { labels, actual: actual.slice(0, 49), probabilities: probabilities.slice(0, 98) };
    expect(chooseClassTemperature(few)).toEqual({ reason: "49 validation rows are too few, it takes 50" });
  });

  test("where every row is right, or every row is wrong", () => {
    const outcome = classOutcome(first!);
    const predicted = predictedClasses(outcome);
    for (const actual of [predicted, predicted.map((label) => 1 - label)]) {
      const { reason } = chooseClassTemperature({ ...outcome, actual }) as { reason: string };
      expect(reason).toBe("the validation rows determine no temperature");
    }
  });

  test("where none lowers the loss of rows that it was not fitted on", () => {
    const outcome = classOutcome(first!);
    const { temperature } = first!;
    const calibrated = temperClasses(outcome, temperature);
    expect(chooseClassTemperature(calibrated)).toEqual({
      reason: "no temperature lowers the log loss of validation rows",
    });
  });
});
