import { confusionMap, dataName, html, type Markup, type PageSection, plainTable, section } from "@modelwright/pages";
import { confusedPairs } from "../confused-pairs.ts";
import { formatCount, formatPercent } from "../number-format.ts";

/** Labels from which on the most confused pairs are told in words too. */
const MOST_AT_A_GLANCE = 5;
const MOST_PAIRS = 12;
const HINT =
  "Right answers are on the diagonal, mistakes off it. It scrolls in both directions; point at a square to read it.";

/** Which labels are taken for which: for many labels the most confused pairs first, then all of them as a map. */
export function confusionSection(labels: readonly string[], confusion: readonly (readonly number[])[]): PageSection {
  const map = confusionMap(labels, confusion);
  if (labels.length <= MOST_AT_A_GLANCE) return section("Confusion", map);
  return section(
    "Confusion",
    pairTable(labels, confusion),
    html`<h3>All ${labels.length} labels</h3>`,
    html`<p class="quiet">${HINT}</p>`,
    map,
  );
}

function pairTable(labels: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const pairs = confusedPairs(labels, confusion, MOST_PAIRS);
  if (pairs.length === 0) return html`<p>No row was given a wrong label.</p>`;
  const rows = pairs.map(({ actual, predicted, rows, share }) => [
    html`${dataName(actual)} → ${dataName(predicted)}`,
    formatCount(rows),
    html`<span class="share" aria-hidden="true"><i style="width:${(100 * share).toFixed(1)}%"></i></span>${formatPercent(share)}`,
  ]);
  const columns = [
    { title: "Actual → predicted" },
    { title: "Rows", isNumber: true },
    { title: "Of the label", isNumber: true },
  ];
  return html`<h3>The most confused pairs</h3>${plainTable("The most confused pairs of labels", columns, rows)}`;
}
