import { calibrationBins } from "../../metrics/calibration.ts";
import type { ClassMeasures } from "../../metrics/measure-classification.ts";
import { calibrationChart } from "../charts/calibration-chart.ts";
import { renderChart } from "../charts/chart.ts";
import { curveCharts, labelsWithCurves } from "../charts/curve-charts.ts";
import { learningCharts } from "../charts/learning-charts.ts";
import type { EvaluationReport, LearningHistory } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { section } from "./section.ts";

/** How thresholds and confidences behave. */
export function renderCurves({ outcome }: EvaluationReport, perClass: readonly ClassMeasures[]): Markup {
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

/** How training went; nothing without a history. */
export function renderLearning(learning: LearningHistory | undefined): Markup | undefined {
  const charts = learning === undefined ? [] : learningCharts(learning);
  if (charts.length === 0) return undefined;
  return section("Training", html`<div class="charts">${charts.map(renderChart)}</div>`);
}
