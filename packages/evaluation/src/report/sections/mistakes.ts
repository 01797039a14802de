import type { EvaluationReport } from "../evaluation-report.ts";
import { cutText, html, type Markup } from "../html/html.ts";
import { formatPercent } from "../number-format.ts";
import { worstMistakes } from "../worst-mistakes.ts";
import { section } from "./section.ts";

const MOST_CHARACTERS = 300;

/** The rows on which the model was most wrong, to be read one by one: many turn out to be wrong labels in the data. */
export function renderMistakes({ outcome, rows }: EvaluationReport): Markup {
  const mistakes = worstMistakes(outcome);
  if (mistakes.length === 0) return section("Worst mistakes", html`<p>No row was given a wrong label.</p>`);
  const items = mistakes.map(({ row, actual, predicted, probability }) => {
    const judged = rows[row];
    return html`<li><p class="text" dir="auto">${cutText(judged?.text ?? "", MOST_CHARACTERS)}</p><p class="facts"><span>actual <strong>${actual}</strong></span> <span>predicted <strong>${predicted}</strong> at ${formatPercent(probability)}</span> <span class="id">${judged?.id}</span></p></li>`;
  });
  return section(
    "Worst mistakes",
    html`<p>The rows whose right label the model thought least likely. Read them: some may be wrong in the data rather than in the model.</p>`,
    html`<ol class="mistakes">${items}</ol>`,
  );
}
