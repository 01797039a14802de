import type { Measure } from "@modelwright/contracts";
import { labelMetricKey } from "../../../metrics/label-metrics.ts";
import type { ClassificationMeasures } from "../../../metrics/measure-classification.ts";
import { confusedPairs } from "../../confused-pairs.ts";
import { formatCount, formatInterval, formatPercent, formatValue } from "../../number-format.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";
import { labelLimits } from "./label-limits.ts";

/**
 * The table of labels, which of them are hard, and which are taken for which.
 *
 * @param classification `measureClassification` on the test rows.
 * @param measures As `intervals` gives them for the test rows.
 */
export function classificationCard(
  { perClass, confusion }: ClassificationMeasures,
  measures: Readonly<Record<string, Measure>>,
): CardEvidence {
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
    evidence: [markdownTable(["Label", "Test rows", "Precision", "Recall", "F1"], rows)],
    limits: [
      `It always answers with one of its ${labels.length} labels, also where none fits: look at the probability.`,
      ...labelLimits(perClass),
      ...confusions,
    ],
  };
}
