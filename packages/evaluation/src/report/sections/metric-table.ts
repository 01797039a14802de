import type { Measure } from "@modelwright/contracts";
import { html, type Interpolation, type PageSection, plainTable, section, term } from "@modelwright/pages";
import { metricNames } from "../../families/metric-family.ts";
import type { BaselineResult, EvaluationReport } from "../evaluation-report.ts";
import { baselineName } from "../jargon.ts";
import { formatDifference, formatInterval, formatValue, scaleOf } from "../number-format.ts";

const verdictWords = { a: "better", b: "worse", undecided: "undecided" } as const;

/** Every metric of the model, the version before it and the baselines, with the verdict of each paired comparison. */
export function metricTable(
  { family, body, measures, baselines, previous }: EvaluationReport,
  model: string,
): PageSection {
  const others = [...(previous === undefined ? [] : [previous]), ...baselines];
  const columns = [
    { title: "Metric" },
    { title: model, isNumber: true },
    ...others.map(({ name }) => ({ title: name, heading: html`${baselineName(name)}`, isNumber: true })),
  ];
  const rowsOf = (metrics: readonly string[]) =>
    metrics.map((metric) => {
      const { title, better, summary } = family.metrics[metric]!;
      const direction = better === "lower" && html` <span class="interval">lower is better</span>`;
      return [
        html`${term(title, summary)}${direction}`,
        figures(measures[metric]),
        ...others.map((other) => html`${figures(other.measures[metric])}${verdictOn(metric, other)}`),
      ];
    });
  const measured = metricNames(family.metrics).filter((metric) => measures[metric] !== undefined);
  const isFirst = (metric: string) => metric === family.deciding || body.tiles.includes(metric);
  const rest = measured.filter((metric) => !isFirst(metric));
  return section(
    "Metrics",
    plainTable("Metrics of the model and what it is compared with", columns, rowsOf(measured.filter(isFirst))),
    rest.length > 0 &&
      html`<details><summary>${rest.length === 1 ? "One more metric" : `${rest.length} more metrics`}</summary>${plainTable("More metrics", columns, rowsOf(rest))}</details>`,
  );
}

function figures(measure: Measure | undefined): Interpolation {
  if (measure === undefined) return "–";
  return html`${formatValue(measure.value, scaleOf(measure))} <span class="interval">${formatInterval(measure)}</span>`;
}

/** Whether the model is better than the other by this metric, under the other's figures. */
function verdictOn(metric: string, { comparisons }: BaselineResult): Interpolation {
  const comparison = comparisons.find((each) => each.metric === metric);
  if (comparison === undefined) return undefined;
  const word = verdictWords[comparison.better];
  return html`<br><span class="word ${word}">${word}</span> <span class="interval">${formatDifference(comparison.difference.value)}</span>`;
}
