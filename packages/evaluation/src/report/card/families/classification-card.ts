import type { Measure } from "@modelwright/contracts";
import type { CalibrationEvidence } from "../../../calibration/calibration-evidence.ts";
import { labelMetricKey } from "../../../metrics/label-metrics.ts";
import type { ClassificationMeasures } from "../../../metrics/measure-classification.ts";
import { confusedPairs } from "../../confused-pairs.ts";
import { formatCount, formatInterval, formatPercent, formatValue } from "../../number-format.ts";
import { rejectSentence } from "../../reject-sentence.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";
import { calibrationParts } from "./calibration-evidence.ts";
import { labelLimits } from "./label-limits.ts";

/**
 * The table of labels, which of them are hard, and which are taken for which.
 *
 * @param classification `measureClassification` on the test rows.
 * @param options.measures As `intervals` gives them for the test rows.
 * @param options.calibration What its calibration did to them. Default: it was not calibrated.
 * @param options.rejectBelow The probability below which it does not answer. Default: it always answers.
 */
export function classificationCard(
  classification: ClassificationMeasures,
  options: {
    readonly measures: Readonly<Record<string, Measure>>;
    readonly calibration?: CalibrationEvidence | undefined;
    readonly rejectBelow?: number | undefined;
  },
): CardEvidence {
  const { perClass, confusion } = classification;
  const { measures, calibration, rejectBelow } = options;
  const rows = perClass.map(({ label, support, precision, recall, f1 }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const bounds = interval === undefined ? "" : ` ${formatInterval(interval)}`;
    return [
      escapeMarkdown(label),
      formatCount(support),
      formatValue(precision),
      formatValue(recall),
      `${formatValue(f1)}${bounds}`.trimEnd(),
    ];
  });
  const labels = perClass.map(({ label }) => label);
  const confusions = confusedPairs(labels, confusion, 5).map(
    ({ actual, predicted, rows, share }) =>
      `${escapeMarkdown(actual)} is taken for ${escapeMarkdown(predicted)} in ${formatPercent(share)} of its test rows (${formatCount(rows)}).`,
  );
  return {
    evidence: [
      markdownTable(["Label", "Test rows", "Precision", "Recall", "F1"], rows),
      ...calibrationParts(calibration),
    ],
    limits: [
      rejectBelow === undefined
        ? `It always answers with one of its ${labels.length} labels, also where none fits: look at the probability.`
        : rejectSentence(rejectBelow, classification),
      ...labelLimits(perClass),
      ...confusions,
    ],
  };
}
