import { html, type Interpolation, type Markup } from "../html/html.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
}

/** A table that scrolls sideways by itself where the page is narrow, also by keyboard. */
export function scrollingTable(caption: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">${table}</div>`;
}

/**
 * Rows under columns; the first cell of each row is its heading.
 *
 * @param caption What a reader who cannot see the table is told.
 */
export function plainTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Interpolation[])[],
): Markup {
  const body = rows.map(([heading, ...cells]) => {
    const rest = cells.map((cell, index) =>
      columns[index + 1]?.isNumber === true ? html`<td class="number">${cell}</td>` : html`<td>${cell}</td>`,
    );
    return html`<tr><th scope="row">${heading}</th>${rest}</tr>`;
  });
  const head = columns.map(({ title, isNumber = false }) =>
    isNumber ? html`<th scope="col" class="number">${title}</th>` : html`<th scope="col">${title}</th>`,
  );
  const table = html`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
  return scrollingTable(caption, table);
}
