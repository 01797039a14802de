import { html, type Interpolation, Markup } from "../html/html.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** In place of the title, where it is more than text. */
  readonly heading?: Markup;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
}

/** What is wider than the page scrolls by itself, with a shadow where more is hidden, also by keyboard. */
export function scrolling(caption: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">${content}</div>`;
}

/**
 * Rows under columns; the first cell of each row is its heading. On a phone each row becomes a block in which every cell
 * stands beside its column's title, so that nothing is cut.
 *
 * @param caption What a reader who cannot see the table is told.
 */
export function plainTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Interpolation[])[],
): Markup {
  const numbers = new Markup(' class="number"');
  const body = rows.map(([heading, ...cells]) => {
    const rest = cells.map((cell, index) => {
      const { title, isNumber = false } = columns[index + 1]!;
      return html`<td${isNumber ? numbers : new Markup(' class="text"')} data-head="${title}"><span>${cell}</span></td>`;
    });
    return html`<tr><th scope="row">${heading}</th>${rest}</tr>`;
  });
  const head = columns.map(
    ({ title, heading, isNumber = false }) => html`<th scope="col"${isNumber && numbers}>${heading ?? title}</th>`,
  );
  return html`<table class="stack" aria-label="${caption}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}
