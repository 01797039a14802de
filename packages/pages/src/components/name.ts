import { cutText, html, type Markup } from "../html/html.ts";

const MOST_CHARACTERS = 60;
const MOST_IN_TIP = 300;

/** A name from data, in its own direction. A long one is cut, and stands whole (up to 300 characters) in its tooltip. */
export function dataName(name: string, limit = MOST_CHARACTERS): Markup {
  const short = cutText(name, limit);
  return short === name
    ? html`<bdi>${name}</bdi>`
    : html`<bdi tabindex="0" data-tip="${cutText(name, MOST_IN_TIP)}">${short}</bdi>`;
}
