import type { Measure } from "@modelwright/contracts";
import { labelMetricKey } from "../../../metrics/label-metrics.ts";
import type { SpanOutcome } from "../../../metrics/span-outcome.ts";
import { spanLabelRows } from "../../families/span-rows.ts";
import { formatCount, formatInterval, formatValue } from "../../number-format.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";
import { labelLimits } from "./label-limits.ts";

/**
 * The table of labels, and which of them are hard.
 *
 * @param outcome Of the test rows.
 * @param measures As `intervals` gives them for the outcome.
 */
export function spanCard(outcome: SpanOutcome, measures: Readonly<Record<string, Measure>>): CardEvidence {
  const labels = spanLabelRows(outcome);
  const rows = labels.map(({ label, support, precision, recall, f1 }) => {
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
  return {
    evidence: [markdownTable(["Label", "Test spans", "Precision", "Recall", "F1"], rows)],
    limits: [
      `It knows ${labels.length === 1 ? "1 label" : `${labels.length} labels`} and no other; spans that overlap or lie inside each other it cannot give.`,
      ...labelLimits(labels),
    ],
  };
}
