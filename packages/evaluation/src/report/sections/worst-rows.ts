import { cutText, html, type Markup } from "@modelwright/pages";
import type { EvaluatedRow } from "../evaluation-report.ts";

const MOST_CHARACTERS = 300;
const MOST_IN_FACT = 120;

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
      ({ name, value, more = "" }) =>
        html`<span>${name} <strong><bdi>${cutText(value, MOST_IN_FACT)}</bdi></strong>${more}</span> `,
    );
    return html`<li><p class="text" dir="auto">${cutText(rows[row]?.text ?? "", MOST_CHARACTERS)}</p><p class="about">${shown}<span class="quiet">${rows[row]?.id}</span></p></li>`;
  });
  return html`<ol class="mistakes">${items}</ol>`;
}
