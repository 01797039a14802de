import { renderChart } from "../charts/chart.ts";
import { confusionHeatMap } from "../charts/confusion-heat-map.ts";
import { confusedPairs } from "../confused-pairs.ts";
import { html, type Markup } from "../html/html.ts";
import { formatCount, formatPercent } from "../number-format.ts";
import { type ReportSection, section } from "./section.ts";
import { plainTable, scrollingTable } from "./table.ts";

/** Labels up to which a grid of numbers can be read. */
const MOST_IN_GRID = 12;

function grid(labels: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const body = confusion.map((counts, actual) => {
    const support = Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
    const cells = counts.map((count, predicted) => {
      const shade = Math.round((Math.sqrt(count / support) * 0.55 + (count > 0 ? 0.08 : 0)) * 100);
      const kind = actual === predicted ? "right" : "wrong";
      return html`<td class="number ${kind}" style="--shade:${shade}%">${formatCount(count)}</td>`;
    });
    return html`<tr><th scope="row">${labels[actual]}</th>${cells}</tr>`;
  });
  const head = html`<tr><th scope="col">actual \\ predicted</th>${labels.map((label) => html`<th scope="col" class="number">${label}</th>`)}</tr>`;
  const table = html`<table class="grid"><thead>${head}</thead><tbody>${body}</tbody></table>`;
  return scrollingTable("Confusion matrix, actual labels in rows, predicted in columns", table);
}

function pairTable(labels: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const pairs = confusedPairs(labels, confusion);
  if (pairs.length === 0) return html`<p>No row was given a wrong label.</p>`;
  const rows = pairs.map(({ actual, predicted, rows, share }) => [
    actual,
    predicted,
    formatCount(rows),
    formatPercent(share),
  ]);
  const columns = [
    { title: "Actual" },
    { title: "Predicted" },
    { title: "Rows", isNumber: true },
    { title: "Of the label", isNumber: true },
  ];
  return html`<h3>The most confused pairs</h3>${plainTable("The most confused pairs of labels", columns, rows)}`;
}

/** Which labels are taken for which: a grid for few labels; a heat map and the most confused pairs for many. */
export function confusionSection(labels: readonly string[], confusion: readonly (readonly number[])[]): ReportSection {
  if (labels.length <= MOST_IN_GRID) return section("Confusion", grid(labels, confusion));
  return section("Confusion", pairTable(labels, confusion), renderChart(confusionHeatMap(confusion)));
}
