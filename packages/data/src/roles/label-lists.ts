import type { Cell } from "../tables/table.ts";

/** What may stand between labels, the least likely to be part of one first. */
const SEPARATORS = ["|", ";", ","] as const;

/**
 * What stands between the labels of a column: the first of `|`, `;` and `,` that is in any of its cells.
 *
 * JSON lists do not count; without any of the three, `|`.
 */
export function labelSeparator(cells: Iterable<string>): string {
  const found = new Set<string>();
  for (const cell of cells) {
    if (jsonList(cell) !== undefined) continue;
    for (const separator of SEPARATORS) if (cell.includes(separator)) found.add(separator);
    if (found.has(SEPARATORS[0])) break;
  }
  return SEPARATORS.find((separator) => found.has(separator)) ?? SEPARATORS[0];
}

/**
 * The labels of a cell, each once: of a JSON list its strings, numbers and booleans, otherwise what stands
 * between the separators. `[]` has none.
 */
export function splitLabels(
  { text, kind }: Cell,
  { labelSeparator: separator = SEPARATORS[0] }: { readonly labelSeparator?: string },
): string[] | undefined {
  if (kind === "object") return undefined;
  const list = kind === undefined || kind === "list" ? jsonList(text) : undefined;
  if (list === undefined) return kind === "list" ? undefined : distinct(text.split(separator));
  const labels = list.map((label) => (typeof label === "object" ? undefined : String(label)));
  return labels.every((label) => label !== undefined) ? distinct(labels) : undefined;
}

function jsonList(text: string): readonly unknown[] | undefined {
  if (!text.trimStart().startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function distinct(labels: readonly string[]): string[] {
  return [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ""))];
}
