import type { CalibrationEvidence } from "../../../calibration/calibration-evidence.ts";
import { CALIBRATION_COLUMNS, calibrationRows, calibrationSentence } from "../../calibration-rows.ts";
import { markdownTable } from "../markdown.ts";

/** What the calibration of a version did to its probabilities on test rows; nothing for one without. */
export function calibrationParts(evidence: CalibrationEvidence | undefined): string[] {
  if (evidence === undefined) return [];
  return [calibrationSentence(evidence), markdownTable(CALIBRATION_COLUMNS, calibrationRows(evidence))];
}
