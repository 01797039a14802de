import { html, type Interpolation, type Markup } from "../html/html.ts";

/** One part of the report under a heading of its own. Titles are unique in a report. */
export interface ReportSection {
  readonly title: string;
  readonly content: Interpolation;
}

export function section(title: string, ...content: readonly Interpolation[]): ReportSection {
  return { title, content };
}

export function renderSection({ title, content }: ReportSection): Markup {
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}
