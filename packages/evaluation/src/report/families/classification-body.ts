import type { Measure } from "@modelwright/contracts";
import { type AppliedTemperature, classCalibrationEvidence } from "../../calibration/calibration-evidence.ts";
import { calibrationBins } from "../../metrics/calibration.ts";
import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import { type ClassMeasures, measureClassification } from "../../metrics/measure-classification.ts";
import { calibrationChart } from "../charts/calibration-chart.ts";
import { renderChart } from "../charts/chart.ts";
import { curveCharts, labelsWithCurves } from "../charts/curve-charts.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { html } from "../html/html.ts";
import { formatCount, formatInterval, formatPercent, formatValue } from "../number-format.ts";
import { calibrationSection } from "../sections/calibration.ts";
import { confusionSection } from "../sections/confusion.ts";
import { type LabelRow, labelSection } from "../sections/label-table.ts";
import { type ReportSection, section } from "../sections/section.ts";
import { worstRows } from "../sections/worst-rows.ts";
import { worstMistakes } from "../worst-mistakes.ts";

/**
 * What a report shows of a classifier alone: metrics of each label, confusions, curves, and the worst mistakes.
 *
 * @param options.rows The test rows, in the order of the outcome; a row that is missing has no text.
 * @param options.measures As `intervals` gives them for the outcome.
 * @param options.calibration Of a version whose probabilities were calibrated. Default: none.
 * @throws {ModelwrightError} As `measureClassification`.
 */
export function classificationBody(options: {
  readonly outcome: ClassificationOutcome;
  readonly rows: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
  readonly calibration?: AppliedTemperature | undefined;
}): ReportBody {
  const { outcome, rows, measures, calibration } = options;
  const { accuracy, perClass, confusion } = measureClassification(outcome);
  return {
    found: `gave the right label to ${formatPercent(accuracy)} of ${formatCount(outcome.actual.length)} test rows that it had not seen.`,
    tiles: ["f1Macro", "accuracy", "rocAuc"],
    sections: [
      labelSection(["Rows", "Precision", "Recall", "F1", "ROC AUC"], labelRows(perClass, measures)),
      confusionSection(outcome.labels, confusion),
      curveSection(outcome, perClass),
      ...calibrationSection(calibration && classCalibrationEvidence(outcome, calibration)),
      mistakeSection(outcome, rows),
    ],
  };
}

function labelRows(perClass: readonly ClassMeasures[], measures: Readonly<Record<string, Measure>>): LabelRow[] {
  return perClass.map(({ label, support, precision, recall, f1, rocAuc }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const cells = [
      formatCount(support),
      formatValue(precision),
      formatValue(recall),
      html`${formatValue(f1)} <span class="interval">${interval && formatInterval(interval)}</span>`,
      rocAuc === undefined ? "–" : formatValue(rocAuc),
    ];
    return { label, support, f1, cells };
  });
}

/** How thresholds and confidences behave. */
function curveSection(outcome: ClassificationOutcome, perClass: readonly ClassMeasures[]): ReportSection {
  const shown = labelsWithCurves(perClass);
  const notes = {
    none: undefined,
    positive: `The curves are those of "${outcome.labels[1]}".`,
    all: "The curves are those of each label against the rest.",
    hardest: `The curves are those of ${shown.length} labels against the rest: the ones that are told apart worst.`,
  };
  const isAll = shown.length === outcome.labels.length;
  const kind = shown.length === 0 ? "none" : outcome.labels.length === 2 ? "positive" : isAll ? "all" : "hardest";
  const charts = [...curveCharts(outcome, perClass), calibrationChart(calibrationBins(outcome))];
  return section(
    "Curves",
    notes[kind] && html`<p>${notes[kind]}</p>`,
    html`<div class="charts">${charts.map(renderChart)}</div>`,
    html`<p class="note">Calibration: a dot on the dashed line is as often right as it is confident; its size shows how many rows it stands for.</p>`,
  );
}

/** The rows on which the model was most wrong: many turn out to be wrong labels in the data. */
function mistakeSection(outcome: ClassificationOutcome, rows: readonly EvaluatedRow[]): ReportSection {
  const mistakes = worstMistakes(outcome);
  if (mistakes.length === 0) return section("Worst mistakes", html`<p>No row was given a wrong label.</p>`);
  const worst = mistakes.map(({ row, actual, predicted, probability }) => ({
    row,
    facts: [
      { name: "actual", value: actual },
      { name: "predicted", value: predicted, more: ` at ${formatPercent(probability)}` },
    ],
  }));
  return section(
    "Worst mistakes",
    html`<p>The rows whose right label the model thought least likely. Read them: some may be wrong in the data rather than in the model.</p>`,
    worstRows(rows, worst),
  );
}
