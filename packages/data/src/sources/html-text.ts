import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Longer HTML is cut: no classifier reads that far, and hostile nesting stays cheap. */
const MAX_HTML_LENGTH = 200_000;

let convert: ((html: string) => string) | undefined;

/** The text that a reader of an HTML page sees: no tags, scripts, styles, pictures or link addresses. */
export function htmlText(html: string): string {
  convert ??= readerOfHtml();
  return convert(html.slice(0, MAX_HTML_LENGTH));
}

/** Loaded when the first page comes: it takes 40 ms, and most data has none. */
function readerOfHtml(): (html: string) => string {
  const { compile } = require("html-to-text") as typeof import("html-to-text");
  return compile({
    wordwrap: false,
    limits: { maxInputLength: MAX_HTML_LENGTH, maxDepth: 64, maxChildNodes: 2000, ellipsis: "" },
    selectors: [
      { selector: "img", format: "skip" },
      // Addresses behind links name the sender more than they say something.
      { selector: "a", options: { ignoreHref: true } },
      ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}
