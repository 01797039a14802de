import type { Measure } from "@modelwright/contracts";
import { metricNames } from "../../families/metric-family.ts";
import type { EvaluationReport } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { formatDifference, formatInterval, formatValue, scaleOf } from "../number-format.ts";
import { type ReportSection, section } from "./section.ts";
import { scrollingTable } from "./table.ts";

function cell(measure: Measure | undefined): Markup {
  if (measure === undefined) return html`<td class="number">–</td>`;
  return html`<td class="number">${formatValue(measure.value, scaleOf(measure))} <span class="interval">${formatInterval(measure)}</span></td>`;
}

const verdictWords = { a: "better", b: "worse", undecided: "undecided" } as const;

/** Every metric of the model and of the baselines, with the verdict of the paired comparison. */
export function metricTable({ family, measures, baselines }: EvaluationReport, model: string): ReportSection {
  const rows = metricNames(family.metrics).filter((metric) => measures[metric] !== undefined);
  const head = html`<tr><th scope="col">Metric</th><th scope="col" class="number">${model}</th>${baselines.map(
    ({ name }) => html`<th scope="col" class="number">${name}</th><th scope="col">against ${name}</th>`,
  )}</tr>`;
  const body = rows.map((metric) => {
    const { title, better, summary } = family.metrics[metric]!;
    const verdicts = baselines.map((baseline) => {
      const comparison = baseline.comparisons.find((each) => each.metric === metric);
      const word = comparison && verdictWords[comparison.better];
      return html`${cell(baseline.measures[metric])}<td class="verdict-cell">${
        comparison &&
        html`<span class="word ${word}">${word}</span> <span class="interval">${formatDifference(comparison.difference.value)}</span>`
      }</td>`;
    });
    const direction = better === "lower" && html` <span class="interval">lower is better</span>`;
    return html`<tr><th scope="row" title="${summary}">${title}${direction}</th>${cell(measures[metric])}${verdicts}</tr>`;
  });
  const table = html`<table><thead>${head}</thead><tbody>${body}</tbody></table>`;
  return section("Metrics", scrollingTable("Metrics of the model and the baselines", table));
}
