import { columns } from "./columns.ts";
import { textWidth } from "./terminal-text.ts";

/**
 * Rows in columns under their head.
 *
 * Where a terminal is too narrow for them, each row is a block: its first cell, and the others indented below it, each
 * behind its name. A last column alone may be wider than the terminal, as long as it begins in the left half.
 *
 * @param width Of the terminal.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const lines = columns([head, ...rows]);
  const beforeLast = columns([head, ...rows].map((row) => [...row.slice(0, -1), ""]));
  const isWide =
    lines.some((line) => textWidth(line) > width) && beforeLast.some((line) => textWidth(line) + 2 > width / 2);
  if (!isWide) return lines;
  const names = head.slice(1);
  return rows.flatMap(([title = "", ...cells]) => [
    title,
    ...columns(
      cells.map((cell, i) => [names[i]!, cell]),
      "  ",
    ),
  ]);
}
