import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import type { MultiLabelOutcome } from "../metrics/multi-label-outcome.ts";
import { type CalibrationMeasures, classCalibration, labelCalibration } from "./calibration-measures.ts";
import { temperClasses, temperLabels } from "./temper.ts";

/** The temperature by which a version's logits are divided. */
export interface AppliedTemperature {
  readonly temperature: number;
  /** Validation rows that it was fitted on. */
  readonly rows: number;
}

/** What a temperature does to rows that it was not fitted on. */
export interface CalibrationEvidence extends AppliedTemperature {
  /** As the model was trained. */
  readonly before: CalibrationMeasures;
  /** As it is served. */
  readonly after: CalibrationMeasures;
}

/** @param outcome Of a calibrated version: its probabilities before are worked out from those after. */
export function classCalibrationEvidence(
  outcome: ClassificationOutcome,
  applied: AppliedTemperature,
): CalibrationEvidence {
  const before = classCalibration(temperClasses(outcome, 1 / applied.temperature));
  return { ...applied, before, after: classCalibration(outcome) };
}

/** The same of a classifier that gives each row any number of labels. */
export function labelCalibrationEvidence(outcome: MultiLabelOutcome, applied: AppliedTemperature): CalibrationEvidence {
  const before = labelCalibration(temperLabels(outcome, 1 / applied.temperature));
  return { ...applied, before, after: labelCalibration(outcome) };
}
