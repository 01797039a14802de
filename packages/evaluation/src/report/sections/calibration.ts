import { html, type PageSection, plainTable, section } from "@modelwright/pages";
import type { CalibrationEvidence } from "../../calibration/calibration-evidence.ts";
import { CALIBRATION_COLUMNS, calibrationRows, calibrationSentence } from "../calibration-rows.ts";

/** What the calibration of a version did to its probabilities on test rows; nothing for one without. */
export function calibrationSection(evidence: CalibrationEvidence | undefined): PageSection[] {
  if (evidence === undefined) return [];
  const columns = CALIBRATION_COLUMNS.map((title, i) => ({ title, isNumber: i > 0 }));
  return [
    section(
      "Calibration",
      html`<p>${calibrationSentence(evidence)}</p>`,
      plainTable("Calibration of the test rows before and after", columns, calibrationRows(evidence)),
    ),
  ];
}
