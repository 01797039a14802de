/**
 * A text on one line, without the control characters that could move a terminal's cursor, change its colours or turn the direction of what
 * follows. Joiners stay: emoji and Persian words are made with them.
 */
export function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** As `plainText`, but lines, tabs and spaces stay: a text, or a part of one, as it was written. */
export function plainLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, "");
}

/** Cut at a length with `…`; never in the middle of a surrogate pair. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
