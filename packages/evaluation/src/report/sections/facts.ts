import type { DataSummary, Fact } from "../evaluation-report.ts";
import { html, type Markup } from "../html/html.ts";
import { formatCount } from "../number-format.ts";
import { scrollingTable, section } from "./section.ts";

function factList(facts: readonly Fact[]): Markup {
  return html`<dl class="facts-list">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A list of facts under a heading; nothing without facts. */
export function renderFacts(title: string, facts: readonly Fact[]): Markup | undefined {
  return facts.length === 0 ? undefined : section(title, factList(facts));
}

/** What was done to the data before the model saw it. */
export function renderData({ steps, warnings, fields }: DataSummary): Markup {
  const head = html`<tr><th scope="col">Step</th><th scope="col">What was done</th><th scope="col" class="number">Rows</th></tr>`;
  const body = steps.map(
    ({ name, detail, rows }) =>
      html`<tr><th scope="row">${name}</th><td>${detail}</td><td class="number">${formatCount(rows)}</td></tr>`,
  );
  return section(
    "Data",
    html`<p>${fields}</p>`,
    warnings.length > 0 &&
      html`<ul class="warnings" aria-label="Warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`,
    steps.length > 0 &&
      scrollingTable("Steps of data preparation", html`<table><thead>${head}</thead><tbody>${body}</tbody></table>`),
  );
}
