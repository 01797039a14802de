import { html, type Markup } from "../html/html.ts";

/** A line of a fact sheet. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export const FACTS_STYLE = `
.facts { margin: 0; }
.facts div { display: grid; grid-template-columns: minmax(8rem, 15rem) minmax(0, 1fr); gap: .25rem 1.25rem; padding: .45rem 0; border-bottom: 1px solid var(--line); font-size: .9375rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; }
@media (max-width: 600px) { .facts div { grid-template-columns: minmax(0, 1fr); gap: 0; } }
`;

export function factList(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
