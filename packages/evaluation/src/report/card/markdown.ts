import { cleanText } from "@modelwright/pages";

/** Text on one line in which no character is markup. */
export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#~&]/g, "\\$&");
}

/** A code span; a longer fence where the text holds backticks (CommonMark 0.31, section 6.1). */
export function codeSpan(text: string): string {
  const line = cleanText(text).replace(/\s+/g, " ");
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** A table; cells are Markdown already. Columns after the first are numbers and stand right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** A list; lines are Markdown already. */
export function bulletList(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

/** A block of code in a language; the code must not hold a fence. */
export function codeBlock(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
