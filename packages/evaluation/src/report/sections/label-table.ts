import { labelMetricKey } from "../../metrics/label-metrics.ts";
import type { ClassMeasures } from "../../metrics/measure-classification.ts";
import type { EvaluationReport } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { formatCount, formatInterval, formatValue } from "../number-format.ts";
import { scrollingTable, section } from "./section.ts";

/** Labels that stand open; the rest unfolds. */
const MOST_OPEN = 12;

function table(perClass: readonly ClassMeasures[], measures: EvaluationReport["measures"]): Markup {
  const body = perClass.map(({ label, support, precision, recall, f1, rocAuc }) => {
    const interval = measures[labelMetricKey("f1", label)];
    return html`<tr><th scope="row">${label}</th><td class="number">${formatCount(support)}</td><td class="number">${formatValue(precision)}</td><td class="number">${formatValue(recall)}</td><td class="number">${formatValue(f1)} <span class="interval">${interval && formatInterval(interval)}</span></td><td class="number">${rocAuc === undefined ? "–" : formatValue(rocAuc)}</td></tr>`;
  });
  const head = html`<tr><th scope="col">Label</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th><th scope="col" class="number">ROC AUC</th></tr>`;
  return scrollingTable("Metrics of each label", html`<table><thead>${head}</thead><tbody>${body}</tbody></table>`);
}

/** Metrics of each label, the hardest first when there are many. */
export function renderLabelTable(perClass: readonly ClassMeasures[], measures: EvaluationReport["measures"]): Markup {
  if (perClass.length <= MOST_OPEN) return section("Labels", table(perClass, measures));
  const hardestFirst = perClass.filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1);
  return section(
    "Labels",
    html`<p>The ${MOST_OPEN} labels with the lowest F1 among the ${hardestFirst.length} that have test rows.</p>`,
    table(hardestFirst.slice(0, MOST_OPEN), measures),
    html`<details><summary>All ${perClass.length} labels, in the model's order</summary>${table(perClass, measures)}</details>`,
  );
}
