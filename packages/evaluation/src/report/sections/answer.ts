import { CLASSIFICATION_METRICS, type ClassificationMetric, type Measure } from "@modelwright/contracts";
import { classificationFamily } from "../../families/classification.ts";
import type { EvaluationReport } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { formatCount, formatInterval, formatMeasure, formatPercent, formatValue } from "../number-format.ts";
import { describeVerdict } from "../verdict.ts";

const tileMetrics = ["f1Macro", "accuracy", "rocAuc"] as const satisfies ClassificationMetric[];

function tile(metric: ClassificationMetric, measure: Measure | undefined): Markup | undefined {
  if (measure === undefined) return undefined;
  const { title, summary } = CLASSIFICATION_METRICS[metric];
  return html`<div class="tile"><dt>${title}</dt><dd><span class="big">${formatValue(measure.value)}</span> <span class="interval">${formatInterval(measure)}</span><span class="meaning">${summary}</span></dd></div>`;
}

/** Intervals of the deciding metric of all models on one scale from 0 to 1. */
function whiskers(models: readonly { name: string; measure: Measure | undefined }[]): Markup {
  const share = (value: number) => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(2)}%`;
  return html`<div class="whiskers">${models.map(({ name, measure }) => {
    if (measure === undefined) return undefined;
    const { value, low = value, high = value } = measure;
    return html`<div class="whisker"><span class="name">${name}</span><span class="track" aria-hidden="true"><span class="range" style="left:${share(low)};width:${share(high - low)}"></span><span class="dot" style="left:${share(value)}"></span></span><span class="number">${formatMeasure(measure)}</span></div>`;
  })}</div>`;
}

/** What a reader wants to know first: how good the model is, and whether it is better than doing something simple. */
export function renderAnswer(report: EvaluationReport, model: string): Markup {
  const metric = classificationFamily.deciding;
  const { outcome, measures, baselines } = report;
  const accuracy = measures.accuracy;
  const rows = formatCount(outcome.actual.length);
  const found =
    accuracy === undefined
      ? `${rows} test rows were judged.`
      : `${model} gave the right label to ${formatPercent(accuracy.value)} of ${rows} test rows that it had not seen.`;
  const verdicts = baselines.map((baseline) => describeVerdict(classificationFamily, model, baseline));
  const models = [{ name: model, measure: measures[metric] }].concat(
    baselines.map((baseline) => ({ name: baseline.name, measure: baseline.measures[metric] })),
  );
  const { title, better } = CLASSIFICATION_METRICS[metric];
  return html`<section class="answer" aria-label="The answer">
<p class="lead">${found}</p>
${verdicts.map((verdict) => verdict !== undefined && html`<p class="verdict">${verdict}</p>`)}
<dl class="tiles">${tileMetrics.map((each) => tile(each, measures[each]))}</dl>
${baselines.length > 0 && better === "higher" && html`<h2 class="quiet">${title} beside the baselines</h2>${whiskers(models)}`}
<p class="note">Brackets hold 95 % bootstrap intervals over the test rows. Differences are judged on the same resampled rows for both models.</p>
</section>`;
}
