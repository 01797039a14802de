import type { Measure } from "@modelwright/contracts";
import { cutText, html, type PageSection, renderChart, section } from "@modelwright/pages";
import { type AppliedTemperature, classCalibrationEvidence } from "../../calibration/calibration-evidence.ts";
import { calibrationBins } from "../../metrics/calibration.ts";
import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import { type ClassMeasures, measureClassification } from "../../metrics/measure-classification.ts";
import { calibrationChart } from "../charts/calibration-chart.ts";
import { curveCharts, labelsWithCurves } from "../charts/curve-charts.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { jargon } from "../jargon.ts";
import { formatCount, formatInterval, formatPercent, formatValue } from "../number-format.ts";
import { calibrationSection } from "../sections/calibration.ts";
import { confusionSection } from "../sections/confusion.ts";
import { type LabelRow, labelSection } from "../sections/label-table.ts";
import { rejectSection } from "../sections/reject.ts";
import { worstRows } from "../sections/worst-rows.ts";
import { worstMistakes } from "../worst-mistakes.ts";

/** Of a label's name in a sentence. */
const MOST_CHARACTERS = 60;

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
    tiles: ["f1Macro", "accuracy", outcome.labels.length === 2 ? "rocAuc" : "expectedCalibrationError"],
    sections: [
      labelSection(["Precision", "Recall", "F1"], labelRows(perClass, measures)),
      confusionSection(outcome.labels, confusion),
      confidenceSection(outcome),
      ...calibrationSection(calibration && classCalibrationEvidence(outcome, calibration)),
      ...rejectSection(outcome),
      ...curveSection(outcome, perClass),
      mistakeSection(outcome, rows),
    ],
  };
}

function labelRows(perClass: readonly ClassMeasures[], measures: Readonly<Record<string, Measure>>): LabelRow[] {
  return perClass.map(({ label, support, precision, recall, f1 }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const cells = [
      formatValue(precision),
      formatValue(recall),
      html`${formatValue(f1)} <span class="interval">${interval && formatInterval(interval)}</span>`,
    ];
    return { label, support, f1, cells };
  });
}

/** Whether the model is as often right as it is sure. */
function confidenceSection(outcome: ClassificationOutcome): PageSection {
  return section(
    "Confidence",
    html`<p>A model is ${jargon("calibrated")} when its dots lie on the dashed line; the size of a dot shows how many rows it stands for. Below the line it is too sure of itself, above it not sure enough.</p>`,
    html`<div class="charts">${renderChart(calibrationChart(calibrationBins(outcome)))}</div>`,
  );
}

/** What other thresholds would give; nothing where the rows are all of one label. */
function curveSection(outcome: ClassificationOutcome, perClass: readonly ClassMeasures[]): PageSection[] {
  const shown = labelsWithCurves(perClass).length;
  if (shown === 0) return [];
  const labels = outcome.labels.length;
  const which = shown === labels ? "each label" : `the ${shown} labels that are told apart worst`;
  const note =
    labels === 2
      ? html`<p>What other thresholds for the probability of “${cutText(outcome.labels[1]!, MOST_CHARACTERS)}” would give.</p>`
      : html`<p>${jargon("Precision")} against ${jargon("Recall")} of ${which}, against the rest. A good line keeps to the upper right; the grey ones are the other labels shown.</p>`;
  return [section("Curves", note, html`<div class="charts">${curveCharts(outcome, perClass).map(renderChart)}</div>`)];
}

/** The rows on which the model was most wrong: many turn out to be wrong labels in the data. */
function mistakeSection(outcome: ClassificationOutcome, rows: readonly EvaluatedRow[]): PageSection {
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
