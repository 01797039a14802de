import type { CrossValidationManifest, Measure } from "@modelwright/contracts";
import { html, type PageSection, plainTable, section, term } from "@modelwright/pages";
import { metricNames } from "../../families/metric-family.ts";
import type { EvaluationReport } from "../evaluation-report.ts";
import { formatCount, formatInterval, formatValue, scaleOf } from "../number-format.ts";

/** How models of a part of the rows did on the others; nothing where there were none. */
export function crossValidationSection(
  { family, measures, crossValidation }: Pick<EvaluationReport, "family" | "measures" | "crossValidation">,
  model: string,
): readonly PageSection[] {
  if (crossValidation === undefined) return [];
  const { pooled, perFold } = crossValidation;
  const shown = metricNames(family.metrics).filter((metric) => pooled[metric] !== undefined);
  const single = Object.keys(perFold).length > 0;
  const columns = [
    { title: "Metric" },
    { title: `All ${family.unit}s together`, isNumber: true },
    ...(single ? [{ title: "Mean of folds ± deviation", isNumber: true }] : []),
    { title: `${model}, test split`, isNumber: true },
  ];
  const rows = shown.map((metric) => {
    const { title, better, summary } = family.metrics[metric]!;
    const direction = better === "lower" && html` <span class="interval">lower is better</span>`;
    const folds = perFold[metric];
    return [
      html`${term(title, summary)}${direction}`,
      figures(pooled[metric]),
      ...(single ? [folds === undefined ? "–" : `${formatValue(folds.mean)} ± ${formatValue(folds.deviation)}`] : []),
      figures(measures[metric]),
    ];
  });
  return [
    section(
      "Cross-validation",
      html`<p>${crossValidationInWords(crossValidation, family.unit)}</p>`,
      plainTable("Metrics of the cross-validation beside those of the test split", columns, rows),
    ),
  ];
}

/** What was done, in two sentences. */
export function crossValidationInWords({ folds, repeats, rows }: CrossValidationManifest, unit: string): string {
  const again = repeats === 1 ? "" : `, ${repeats} times anew; figures are means`;
  const divided =
    folds === "leave-one-out"
      ? `Each of ${formatCount(rows)} ${unit}s that are not for the test was left out once`
      : `${formatCount(rows)} ${unit}s that are not for the test were divided into ${folds} folds${again}`;
  return `${divided}. Each was answered for by a model that had learnt from others only, by the same recipe; this version learnt from more.`;
}

function figures(measure: Measure | undefined) {
  if (measure === undefined) return "–";
  return html`${formatValue(measure.value, scaleOf(measure))} <span class="interval">${formatInterval(measure)}</span>`;
}
