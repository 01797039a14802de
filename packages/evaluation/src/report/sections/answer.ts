import type { Measure } from "@modelwright/contracts";
import type { EvaluationReport } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { formatInterval, formatMeasure, formatValue, INTERVAL_WORDS, scaleOf } from "../number-format.ts";
import { describeVerdict } from "../verdict.ts";

function tile({ family, measures }: EvaluationReport, metric: string): Markup | undefined {
  const measure = measures[metric];
  const description = family.metrics[metric];
  if (measure === undefined || description === undefined) return undefined;
  return html`<div class="tile"><dt>${description.title}</dt><dd><span class="big">${formatValue(measure.value, scaleOf(measure))}</span> <span class="interval">${formatInterval(measure)}</span><span class="meaning">${description.summary}</span></dd></div>`;
}

/** Intervals of one metric of all models on one scale: from 0 to 1, or farther where one of them lies outside. */
function whiskers(models: readonly { readonly name: string; readonly measure: Measure | undefined }[]): Markup {
  const ends = models.flatMap(({ measure }) => {
    if (measure === undefined) return [];
    const { value, low = value, high = value } = measure;
    return [low, high];
  });
  const from = Math.min(0, ...ends);
  const to = Math.max(1, ...ends);
  const share = (value: number) => `${(((value - from) / (to - from)) * 100).toFixed(2)}%`;
  const width = (low: number, high: number) => `${(((high - low) / (to - from)) * 100).toFixed(2)}%`;
  return html`<div class="whiskers">${models.map(({ name, measure }) => {
    if (measure === undefined) return undefined;
    const { value, low = value, high = value } = measure;
    return html`<div class="whisker"><span class="name">${name}</span><span class="track" aria-hidden="true"><span class="range" style="left:${share(low)};width:${width(low, high)}"></span><span class="dot" style="left:${share(value)}"></span></span><span class="number">${formatMeasure(measure)}</span></div>`;
  })}</div>`;
}

/** What a reader wants to know first: how good the model is, and whether it is better than doing something simple. */
export function renderAnswer(report: EvaluationReport, model: string): Markup {
  const { family, body, measures, baselines } = report;
  const verdicts = baselines.map((baseline) => describeVerdict(family, model, baseline));
  const models = [{ name: model, measures }, ...baselines].map(({ name, measures: of }) => ({
    name,
    measure: of[family.deciding],
  }));
  const { title, better } = family.metrics[family.deciding]!;
  const heading = `${title} beside the baselines${better === "lower" ? ", lower is better" : ""}`;
  return html`<section class="answer" aria-label="The answer">
<p class="lead">${model} ${body.found}</p>
${verdicts.map((verdict) => verdict !== undefined && html`<p class="verdict">${verdict}</p>`)}
<dl class="tiles">${body.tiles.map((metric) => tile(report, metric))}</dl>
${baselines.length > 0 && html`<h2 class="quiet">${heading}</h2>${whiskers(models)}`}
<p class="note">Brackets hold 95 % bootstrap intervals ${INTERVAL_WORDS} over the test ${family.unit}s. Differences are those on the same resampled ${family.unit}s for both models.</p>
</section>`;
}
