import { compile } from "html-to-text";

/** Longer HTML is cut: no classifier reads that far, and hostile nesting stays cheap. */
const MAX_HTML_LENGTH = 200_000;

const convert = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_HTML_LENGTH, maxDepth: 64, maxChildNodes: 2000, ellipsis: "" },
  selectors: [
    { selector: "img", format: "skip" },
    // Addresses behind links name the sender more than they say something.
    { selector: "a", options: { ignoreHref: true } },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** The text that a reader of an HTML page sees: no tags, scripts, styles, pictures or link addresses. */
export function htmlText(html: string): string {
  return convert(html.slice(0, MAX_HTML_LENGTH));
}
