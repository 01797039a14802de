import { padText, textWidth } from "./terminal-text.ts";

/** Cells in columns of equal width, left-aligned, two spaces between; the last column is as wide as it likes. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, textWidth(cell));
    });
  }
  return rows.map((row) => `${indent}${row.map((cell, i) => padText(cell, widths[i]!)).join("  ")}`.trimEnd());
}
