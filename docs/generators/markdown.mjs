/** The first lines of a generated page. */
export function pageHead(title, introduction) {
  return `# ${title}\n\n<!-- Written by docs/generate.mjs; change the source, not this page. -->\n\n${introduction}\n`;
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
