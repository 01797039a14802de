import type { Measure } from "@modelwright/contracts";
import type { CalibrationEvidence } from "../../../calibration/calibration-evidence.ts";
import { labelMetricKey } from "../../../metrics/label-metrics.ts";
import type { MultiLabelOutcome } from "../../../metrics/multi-label-outcome.ts";
import { multiLabelRows } from "../../families/multi-label-rows.ts";
import { formatCount, formatInterval, formatValue } from "../../number-format.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";
import { calibrationParts } from "./calibration-evidence.ts";
import { labelLimits } from "./label-limits.ts";

/**
 * The table of labels with their thresholds, and which of them are hard.
 *
 * @param outcome Of the test rows, with the thresholds that were fitted on the validation rows.
 * @param options.measures As `intervals` gives them for the outcome.
 * @param options.calibration What its calibration did to the rows. Default: it was not calibrated.
 */
export function multiLabelCard(
  outcome: MultiLabelOutcome,
  {
    measures,
    calibration,
  }: {
    readonly measures: Readonly<Record<string, Measure>>;
    readonly calibration?: CalibrationEvidence | undefined;
  },
): CardEvidence {
  const labels = multiLabelRows(outcome);
  const rows = labels.map(({ label, support, threshold, precision, recall, f1 }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const bounds = interval === undefined ? "" : ` ${formatInterval(interval)}`;
    return [
      escapeMarkdown(label),
      formatCount(support),
      formatValue(threshold),
      formatValue(precision),
      formatValue(recall),
      `${formatValue(f1)}${bounds}`.trimEnd(),
    ];
  });
  return {
    evidence: [
      markdownTable(["Label", "Test rows", "Threshold", "Precision", "Recall", "F1"], rows),
      ...calibrationParts(calibration),
    ],
    limits: [
      `It knows ${labels.length} labels and no other; a row may get none of them.`,
      "Its thresholds have the best F1 of each label on the validation rows: where a missed label costs more than a wrong one, lower them.",
      ...labelLimits(labels),
    ],
  };
}
