import type { Measure } from "@modelwright/contracts";
import { dataName, html, type PageSection, plainTable, section } from "@modelwright/pages";
import { type AppliedTemperature, labelCalibrationEvidence } from "../../calibration/calibration-evidence.ts";
import { measureOutcome } from "../../families/measure-outcome.ts";
import { multiLabelFamily } from "../../families/multi-label.ts";
import { coOccurrences } from "../../metrics/co-occurrences.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import { type MultiLabelOutcome, predictedLabels } from "../../metrics/multi-label-outcome.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatInterval, formatPercent, formatValue } from "../number-format.ts";
import { calibrationSection } from "../sections/calibration.ts";
import { type LabelRow, labelSection } from "../sections/label-table.ts";
import { worstRows } from "../sections/worst-rows.ts";
import { worstMultiLabelRows } from "../worst-multi-label-rows.ts";
import { multiLabelRows } from "./multi-label-rows.ts";

/**
 * What a report shows of a multi-label classifier alone: thresholds and metrics of each label, which labels come
 * together, and the worst rows.
 *
 * @param options.rows The test rows, in the order of the outcome; a row that is missing has no text.
 * @param options.measures As `intervals` gives them for the outcome.
 * @param options.calibration Of a version whose probabilities were calibrated. Default: none.
 * @throws {ModelwrightError} As `multiLabelFamily.prepare`.
 */
export function multiLabelBody(options: {
  readonly outcome: MultiLabelOutcome;
  readonly rows: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
  readonly calibration?: AppliedTemperature | undefined;
}): ReportBody {
  const { outcome, rows, measures, calibration } = options;
  const { subsetAccuracy, recallMicro, precisionMicro } = measureOutcome(multiLabelFamily, outcome);
  const count = formatCount(outcome.actual.length / outcome.labels.length);
  return {
    found: `found ${formatPercent(recallMicro!)} of the labels of ${count} test rows that it had not seen; ${formatPercent(precisionMicro!)} of the labels it gave are right, and ${formatPercent(subsetAccuracy!)} of the rows have exactly theirs.`,
    tiles: ["f1Micro", "f1Macro", "averagePrecisionMacro"],
    sections: [
      labelSection(["Threshold", "Precision", "Recall", "F1", "ROC AUC"], labelRows(outcome, measures)),
      ...coOccurrenceSection(outcome),
      ...calibrationSection(calibration && labelCalibrationEvidence(outcome, calibration)),
      worstSection(outcome, rows),
    ],
  };
}

function labelRows(outcome: MultiLabelOutcome, measures: Readonly<Record<string, Measure>>): LabelRow[] {
  return multiLabelRows(outcome).map(({ label, support, threshold, precision, recall, f1, rocAuc }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const cells = [
      formatValue(threshold),
      formatValue(precision),
      formatValue(recall),
      html`${formatValue(f1)} <span class="interval">${interval && formatInterval(interval)}</span>`,
      rocAuc === undefined ? "–" : formatValue(rocAuc),
    ];
    return { label, support, f1, cells };
  });
}

/** Pairs of labels that come together in the data, and how often the model gives both. */
function coOccurrenceSection(outcome: MultiLabelOutcome): PageSection[] {
  const pairs = coOccurrences(outcome);
  if (pairs.length === 0) return [];
  const columns = [
    { title: "Labels" },
    { title: "Rows with both", isNumber: true },
    { title: "Given both", isNumber: true },
  ];
  const cells = pairs.map(({ first, second, actual, predicted }) => [
    html`${dataName(first)} and ${dataName(second)}`,
    formatCount(actual),
    formatCount(predicted),
  ]);
  return [
    section(
      "Labels that come together",
      html`<p>The most frequent pairs of labels on one row, in the data and as the model gives them.</p>`,
      plainTable("The most frequent pairs of labels", columns, cells),
    ),
  ];
}

function worstSection(outcome: MultiLabelOutcome, rows: readonly EvaluatedRow[]): PageSection {
  const worst = worstMultiLabelRows(outcome);
  if (worst.length === 0) return section("Worst mistakes", html`<p>Every row was given exactly its labels.</p>`);
  const predicted = predictedLabels(outcome);
  const namesOf = (marks: Uint8Array, row: number) =>
    outcome.labels.filter((_, label) => marks[row * outcome.labels.length + label] === 1).join(", ") || "none";
  const items = worst.map((row) => ({
    row,
    facts: [
      { name: "actual", value: namesOf(outcome.actual, row) },
      { name: "predicted", value: namesOf(predicted, row) },
    ],
  }));
  return section(
    "Worst mistakes",
    html`<p>The rows with a wrong label whose truth the model thought least likely. Read them: some may be wrong in the data rather than in the model.</p>`,
    worstRows(rows, items),
  );
}
