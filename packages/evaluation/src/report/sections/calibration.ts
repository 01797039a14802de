import type { CalibrationEvidence } from "../../calibration/calibration-evidence.ts";
import { CALIBRATION_COLUMNS, calibrationRows, calibrationSentence } from "../calibration-rows.ts";
import { html } from "../html/html.ts";
import { type ReportSection, section } from "./section.ts";
import { plainTable } from "./table.ts";

/** What the calibration of a version did to its probabilities on test rows; nothing for one without. */
export function calibrationSection(evidence: CalibrationEvidence | undefined): ReportSection[] {
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
