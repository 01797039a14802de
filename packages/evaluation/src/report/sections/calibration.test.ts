import { renderSection } from "@modelwright/pages";
import { describe, expect, test } from "vitest";
import { classCalibrationEvidence, labelCalibrationEvidence } from "../../calibration/calibration-evidence.ts";
import { classCalibration, labelCalibration } from "../../calibration/calibration-measures.ts";
import { temperClasses, temperLabels } from "../../calibration/temper.ts";
import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { measureClassification } from "../../metrics/measure-classification.ts";
import type { MultiLabelOutcome } from "../../metrics/multi-label-outcome.ts";
import { classificationCard } from "../card/families/classification-card.ts";
import { multiLabelCard } from "../card/families/multi-label-card.ts";
import { classificationBody } from "../families/classification-body.ts";
import { multiLabelBody } from "../families/multi-label-body.ts";

const labels = ["ham", "spam"];
const rows = 60;
/** As trained: sure of everything, right four times in five. */
const trained: ClassificationOutcome = {
  labels,
  actual: Int32Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? 1 : 0)),
  probabilities: Float64Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 ? 0.96 + (i % 30) / 1000 : 0.01)),
};
const applied = { temperature: 2.5, rows: 120 };
const served = temperClasses(trained, applied.temperature);

const sets: MultiLabelOutcome = {
  ...trained,
  actual: Uint8Array.from({ length: rows * 2 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
  thresholds: Float64Array.of(0.5, 0.5),
};
const servedSets = temperLabels(sets, applied.temperature);

test("what a temperature did is worked out from what is served", () => {
  const ofClasses = classCalibrationEvidence(served, applied);
  const ofLabels = labelCalibrationEvidence(servedSets, applied);
  const expected = [classCalibration(temperClasses(trained, 1)), labelCalibration(sets)];
  for (const [i, { before, after }] of [ofClasses, ofLabels].entries()) {
    for (const key of ["ece", "logLoss", "brier"] as const) {
      expect(before[key]).toBeCloseTo(expected[i]![key], 9);
    }
    expect(after).not.toEqual(before);
  }
  expect(ofClasses.after.logLoss).toBeLessThan(ofClasses.before.logLoss);
});

const SENTENCE = /divided by the temperature 2\.50, fitted on 120 validation rows/;

describe("report and card", () => {
  test("show calibration before and after on test rows", () => {
    const { before, after } = classCalibrationEvidence(served, applied);
    const body = classificationBody({ outcome: served, rows: [], measures: {}, calibration: applied });
    const section = renderSection(body.sections.find(({ title }) => title === "Calibration")!).text;
    const { evidence } = classificationCard(measureClassification(served), {
      measures: {},
      calibration: classCalibrationEvidence(served, applied),
    });
    for (const text of [section, evidence.join("\n")]) {
      expect(text).toMatch(SENTENCE);
      for (const { ece, logLoss, brier } of [before, after]) {
        for (const value of [ece, logLoss, brier]) expect(text).toContain(value.toFixed(3));
      }
    }
  });

  test("show it for any number of labels too", () => {
    const body = multiLabelBody({ outcome: servedSets, rows: [], measures: {}, calibration: applied });
    expect(body.sections.map(({ title }) => title)).toContain("Calibration");
    const calibration = labelCalibrationEvidence(servedSets, applied);
    expect(multiLabelCard(servedSets, { measures: {}, calibration }).evidence.join("\n")).toMatch(SENTENCE);
  });

  test("show nothing of what was not done", () => {
    const body = classificationBody({ outcome: trained, rows: [], measures: {} });
    expect(body.sections.map(({ title }) => title)).not.toContain("Calibration");
    const { evidence, limits } = classificationCard(measureClassification(trained), { measures: {} });
    expect(evidence).toHaveLength(1);
    expect(limits[0]).toMatch(/^It always answers/);
  });

  test("say below which probability a model gives no label, and what that does", () => {
    const outcome = { ...trained, rejectBelow: 0.97 };
    const { coverage, answeredAccuracy } = measureClassification(outcome);
    const { limits } = classificationCard(measureClassification(outcome), { measures: {}, rejectBelow: 0.97 });
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
    expect(limits[0]).toBe(
      `It gives no label where the likeliest one has a probability below 97.0 %. Of the test rows ${percent(coverage!)} got one; ${percent(answeredAccuracy!)} of these answers are right.`,
    );
  });
});
