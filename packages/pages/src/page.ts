import { html, type Interpolation, Markup } from "./html/html.ts";
import { BASE } from "./style/base.ts";
import { COLOURS } from "./style/colours.ts";

/** A place of the page, or another page, that its header leads to. */
export interface NavigationLink {
  readonly title: string;
  /** `#confusion`, or an address relative to the page. */
  readonly href: string;
  readonly isCurrent?: boolean;
}

/** What one page holds beside what all pages have. */
export interface Page {
  readonly title: string;
  readonly links: readonly NavigationLink[];
  /** Inside `main`, the heading included. */
  readonly main: Interpolation;
  /** Rules of this page alone, after those of all pages. */
  readonly style: string;
  /** A `Content-Security-Policy` that the page itself asks for. Default: none, since a server sends it. */
  readonly policy?: string;
  /** In `head`, before the style. Default: nothing. */
  readonly head?: Markup;
  /** Behind `main`: what the page runs. Default: nothing. */
  readonly scripts?: Markup;
}

/** The whole style of a page, as it stands in its one style element. */
export function styleOf(style: string): string {
  return `${COLOURS}${BASE}${style}`;
}

/**
 * One HTML file with the header that all pages share. It needs no other file and no network, and follows the reader's
 * light or dark setting.
 */
export function renderPage({ title, links, main, style, policy, head, scripts }: Page): string {
  const navigation = links.map(
    ({ title, href, isCurrent = false }) =>
      html`<a href="${href}"${isCurrent && new Markup(' aria-current="page"')}>${title}</a>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${policy !== undefined && html`<meta http-equiv="Content-Security-Policy" content="${policy}">`}
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${head}<style>${new Markup(styleOf(style))}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar"><span class="brand">Modelwright</span><nav aria-label="Sections">${navigation}</nav></header>
<main id="main">
${main}
</main>
${scripts}</body>
</html>
`.text;
}
