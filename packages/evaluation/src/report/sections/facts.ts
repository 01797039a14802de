import type { DataSummary, Fact } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { formatCount } from "../number-format.ts";
import { type ReportSection, section } from "./section.ts";
import { plainTable } from "./table.ts";

function factList(facts: readonly Fact[]): Markup {
  return html`<dl class="facts-list">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A list of facts under a heading; nothing without facts. */
export function factSection(title: string, facts: readonly Fact[]): readonly ReportSection[] {
  return facts.length === 0 ? [] : [section(title, factList(facts))];
}

/** What was done to the data before the model saw it. */
export function dataSection({ steps, warnings, fields }: DataSummary, unit: string): ReportSection {
  const count = `${unit[0]!.toUpperCase()}${unit.slice(1)}s`;
  const columns = [{ title: "Step" }, { title: "What was done" }, { title: count, isNumber: true }];
  const rows = steps.map(({ name, detail, rows: left }) => [name, detail, formatCount(left)]);
  return section(
    "Data",
    html`<p>${fields}</p>`,
    warnings.length > 0 &&
      html`<ul class="warnings" aria-label="Warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`,
    steps.length > 0 && plainTable("Steps of data preparation", columns, rows),
  );
}
