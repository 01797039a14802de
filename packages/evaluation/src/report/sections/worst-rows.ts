import type { EvaluatedRow } from "../evaluation-report.ts";
import { cutText, html, type Markup } from "../html/html.ts";

const MOST_CHARACTERS = 300;

/** Rows to be read one by one, each with facts: a name, a value that stands out, and what goes on after it. */
export function worstRows(
  rows: readonly EvaluatedRow[],
  worst: readonly {
    readonly row: number;
    readonly facts: readonly { readonly name: string; readonly value: string; readonly more?: string }[];
  }[],
): Markup {
  const items = worst.map(({ row, facts }) => {
    const shown = facts.map(
      ({ name, value, more = "" }) => html`<span>${name} <strong>${value}</strong>${more}</span> `,
    );
    return html`<li><p class="text" dir="auto">${cutText(rows[row]?.text ?? "", MOST_CHARACTERS)}</p><p class="facts">${shown}<span class="id">${rows[row]?.id}</span></p></li>`;
  });
  return html`<ol class="mistakes">${items}</ol>`;
}
