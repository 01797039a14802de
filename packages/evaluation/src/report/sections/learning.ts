import type { MetricTable } from "@modelwright/contracts";
import { renderChart } from "../charts/chart.ts";
import { learningCharts } from "../charts/learning-charts.ts";
import type { LearningHistory } from "../evaluation-report.ts";
import { html } from "../html/html.ts";
import { type ReportSection, section } from "./section.ts";

/** How training went; nothing without a history. */
export function learningSection(learning: LearningHistory | undefined, metrics: MetricTable): readonly ReportSection[] {
  const charts = learning === undefined ? [] : learningCharts(learning, metrics);
  return charts.length === 0 ? [] : [section("Training", html`<div class="charts">${charts.map(renderChart)}</div>`)];
}
