import { stripVTControlCharacters } from "node:util";

/** Characters that take two columns of a terminal (Unicode Standard Annex 11, and emoji). */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
/** Characters that stand above or within the one before. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Columns of a terminal that a text takes, colours aside. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (!NO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Fills up with spaces to a width. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/**
 * Breaks a line between words where a terminal would break it anywhere.
 *
 * What follows is indented to the last column of the line, so that a table stays one.
 */
export function wrapLine(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const [lead = ""] = /^ */.exec(line) ?? [];
  const gap = /^(.*\S {2,})(?=\S)/.exec(line)?.[1];
  const column = gap === undefined ? lead.length + 2 : textWidth(gap);
  const hanging = " ".repeat(column <= width / 2 ? column : lead.length + 2);
  const lines: string[] = [];
  let current = lead;
  for (const word of line.slice(lead.length).split(/(?<= )(?! )/)) {
    if (textWidth(current + word.trimEnd()) > width && current.trim() !== "") {
      lines.push(current.trimEnd());
      current = hanging;
    }
    current += word;
  }
  return [...lines, current.trimEnd()];
}
