import type { MetricTable } from "@modelwright/contracts";
import { html, type PageSection, renderChart, section } from "@modelwright/pages";
import { learningCharts } from "../charts/learning-charts.ts";
import type { LearningHistory } from "../evaluation-report.ts";

/** How training went; nothing without a history. */
export function learningSection(learning: LearningHistory | undefined, metrics: MetricTable): readonly PageSection[] {
  const charts = learning === undefined ? [] : learningCharts(learning, metrics);
  return charts.length === 0 ? [] : [section("Training", html`<div class="charts">${charts.map(renderChart)}</div>`)];
}
