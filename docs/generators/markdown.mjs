const COLUMNS = 110;

/** The first lines of a generated page. */
export function pageHead(title, introduction) {
  return `# ${title}\n\n<!-- Written by docs/generate.mjs; change the source, not this page. -->\n\n${fold(introduction)}\n`;
}

/** Paragraphs and lists in lines of at most 110 columns; code stays as it is. */
export function fold(text) {
  return text
    .split("\n\n")
    .map((block) =>
      block.startsWith("```")
        ? block
        : block
            .split(/\n(?=- )/)
            .map(foldParagraph)
            .join("\n"),
    )
    .join("\n\n");
}

function foldParagraph(text) {
  const indent = text.startsWith("- ") ? "  " : "";
  const lines = [];
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    const line = lines.at(-1);
    if (line !== undefined && [...line, ...word].length < COLUMNS) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : `${indent}${word}`);
  }
  return lines.join("\n");
}

/** A Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text) {
  return String(text)
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, " ");
}
