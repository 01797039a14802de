import { html, type Interpolation, type Markup } from "../html/html.ts";

/** One part of a page under a heading of its own. Titles are unique in a page. */
export interface PageSection {
  readonly title: string;
  readonly content: Interpolation;
}

export function section(title: string, ...content: readonly Interpolation[]): PageSection {
  return { title, content };
}

/** The name by which the header's navigation finds a section. */
export function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
}

export function renderSection({ title, content }: PageSection): Markup {
  const id = anchorOf(title);
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}
