import { html, type Markup } from "../html/html.ts";

/** A word of the trade, with its meaning shown on hover, on focus and on touch, and told to a screen reader. */
export function term(word: string, meaning: string): Markup {
  return html`<button type="button" class="term" data-tip="${meaning}" aria-description="${meaning}">${word}</button>`;
}
