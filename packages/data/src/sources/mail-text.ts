import PostalMime from "postal-mime";
import { htmlText } from "./html-text.ts";
import { sourceMarkerNames, withoutBodyMarkers, withoutSubjectMarkers } from "./source-markers.ts";

/** What of a mail the text is made of; stands in the data report. */
export const MAIL_FIELDS = [
  "subject, how the mail was made (plain text, HTML or both; with links, pictures, tables, colours, a form) and body (HTML turned into text)",
  "not used, because they give the answer away: sender, recipients, dates, Received, message ids, mailing-list and filter headers, attachments",
  "shortened: link addresses to their host, runs of one character to three",
  `taken out of the text: ${sourceMarkerNames.join(", ")}`,
].join("; ");

const MBOX_LINE = Buffer.from("From ");
/** A longer body is cut: models read far less, and one huge mail must not slow the rest. */
const MAX_BODY_LENGTH = 50_000;

/**
 * The text of a raw mail (RFC 5322, MIME): the subject, a line on how the mail was made, the body.
 *
 * Transfer encodings and charsets are decoded. Plain text is preferred; a mail of HTML alone, or of HTML that calls
 * itself plain, is turned into text. Tags, link addresses and pictures vanish with that, so the line in between says
 * that they were there: `Plain text.`, `HTML only with links, pictures.`
 *
 * @returns An empty string for a mail without subject and body.
 */
export async function mailText(raw: Buffer): Promise<string> {
  const mail = await PostalMime.parse(withoutMboxLine(raw));
  const plain = mail.text?.trim() ?? "";
  const isHtmlCalledPlain = looksLikeHtml(plain);
  const html = isHtmlCalledPlain ? plain : (mail.html ?? "");
  const body = plain === "" || isHtmlCalledPlain ? htmlText(html) : plain;
  const cut = body.replace(/\r\n?/g, "\n").slice(0, MAX_BODY_LENGTH);
  const subject = tidy(withoutSubjectMarkers(mail.subject ?? ""));
  const content = tidy(withoutBodyMarkers(cut));
  if (subject === "" && content === "") return "";
  return `${subject}\n${describeMaking(content, html, { hasPlain: plain !== "" && !isHtmlCalledPlain })}\n${content}`.trim();
}

/** What HTML can hold that its text does not show. */
const HTML_PARTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["pictures", /<img\b/i],
  ["tables", /<table\b/i],
  ["colours", /<(?:font|body|td)\b[^>]*\bcolor/i],
  ["a form", /<form\b/i],
];

function describeMaking(content: string, html: string, { hasPlain }: { readonly hasPlain: boolean }): string {
  const hasLinks = /https?:\/\//i.test(content) || /<a\b[^>]*\bhref\b/i.test(html);
  const parts = [
    ...(hasLinks ? ["links"] : []),
    ...HTML_PARTS.filter(([, pattern]) => pattern.test(html)).map(([name]) => name),
  ];
  const kind = html === "" ? "Plain text" : hasPlain ? "Plain text and HTML" : "HTML only";
  return parts.length === 0 ? `${kind}.` : `${kind} with ${parts.join(", ")}.`;
}

function withoutMboxLine(raw: Buffer): Buffer {
  if (!raw.subarray(0, MBOX_LINE.length).equals(MBOX_LINE)) return raw;
  return raw.subarray(raw.indexOf("\n") + 1);
}

function looksLikeHtml(text: string): boolean {
  return /<(?:html|body|table|font|center)\b[^>]*>/i.test(text.slice(0, 5000)) && /<\/\w+>/.test(text);
}

/** Rules, banners and the tails of link addresses would fill the few hundred tokens that a model reads. */
function tidy(text: string): string {
  return text
    .replace(/(https?:\/\/[^\s/?#>"]{1,200})[^\s>"]*/gi, "$1")
    .replace(/([^\s\p{L}\p{N}])\1{3,}/gu, "$1$1$1")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
