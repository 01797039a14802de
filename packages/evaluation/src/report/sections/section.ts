import { html, type Interpolation, type Markup } from "../html/html.ts";

/** One part of the report under a heading of its own. */
export function section(title: string, ...content: readonly Interpolation[]): Markup {
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

/** A table that scrolls sideways by itself where the page is narrow, also by keyboard. */
export function scrollingTable(caption: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">${table}</div>`;
}
