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

/**
 * Lines of cells in columns of equal width, the head first: the first column stands left, the others right. Where that is
 * too wide, each line becomes a paragraph in which the head names its cells.
 *
 * @param width Of the terminal. Default: as wide as it likes.
 */
export function alignColumns(
  lines: readonly (readonly string[])[],
  { width = Number.POSITIVE_INFINITY }: { readonly width?: number } = {},
): string {
  // Labels come from data: one that moves the cursor must not.
  const cells = lines.map((line) => line.map((cell) => cleanText(cell).replace(/\s+/g, " ")));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => displayWidth(line[column] ?? ""))),
  );
  const [head = [], ...body] = cells;
  if (widths.reduce((sum, each) => sum + each + 2, -2) > width && body.length > 0) return stacked(head, body);
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

/** A paragraph for each line; of a single column of values the head alone is no name that helps. */
function stacked([corner = "", ...names]: readonly string[], body: readonly (readonly string[])[]): string {
  const longest = Math.max(...names.map(displayWidth));
  const paragraphs = body.flatMap(([title = "", ...values]) => [
    title,
    ...values.map((value, i) => {
      const name = names.length === 1 ? "" : `${names[i]}${" ".repeat(longest - displayWidth(names[i]!))}  `;
      return `  ${name}${value}`;
    }),
  ]);
  return [...(corner === "" ? [] : [corner]), ...paragraphs].join("\n");
}
