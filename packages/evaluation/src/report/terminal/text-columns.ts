import { cleanText } from "@modelwright/pages";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Columns a text takes on a terminal: East Asian wide characters and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width +=
      /^[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|^\p{Emoji_Presentation}/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Lines of cells in columns of equal width: the first stands left, the others right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  // Labels come from data: one that moves the cursor must not.
  const cells = lines.map((line) => line.map((cell) => cleanText(cell).replace(/\s+/g, " ")));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => displayWidth(line[column] ?? ""))),
  );
  const pad = (cell: string, column: number) => " ".repeat(Math.max(0, widths[column]! - displayWidth(cell)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell + pad(cell, column) : pad(cell, column) + cell))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
