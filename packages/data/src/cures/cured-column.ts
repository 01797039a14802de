import type { PlainTextCure } from "@modelwright/contracts";
import type { CategoryColumn, Column, TextColumn } from "../frames/frame.ts";
import { curedText } from "./text-cures.ts";

/** A column whose texts or categories are treated; numbers and dates stay as they are. */
export function curedColumn(column: Column, cures: readonly PlainTextCure[] | undefined): Column {
  if (cures === undefined) return column;
  if (column.kind === "text") return curedTexts(column, cures);
  return column.kind === "category" ? curedCategories(column, cures) : column;
}

function curedTexts(column: TextColumn, cures: readonly PlainTextCure[]): TextColumn {
  const known = new Map<string, string>();
  const values = column.values.map((text) => {
    const cured = known.get(text) ?? curedText(text, cures);
    known.set(text, cured);
    return cured;
  });
  return { ...column, values, cures };
}

/** Categories that become the same are one; one that becomes nothing is missing. */
function curedCategories(column: CategoryColumn, cures: readonly PlainTextCure[]): CategoryColumn {
  const places = new Map<string, number>();
  const codeOf = column.categories.map((category) => {
    const cured = curedText(category, cures);
    if (cured === "") return -1;
    if (!places.has(cured)) places.set(cured, places.size);
    return places.get(cured)!;
  });
  return { ...column, codes: column.codes.map((code) => codeOf[code] ?? -1), categories: [...places.keys()], cures };
}

/** How many values of a column a treatment has changed. */
export function changedValues(before: Column, after: Column): number {
  const read = (column: Column) => (row: number) => {
    if (column.kind === "category") return column.categories[column.codes[row]!] ?? "";
    return column.values[row];
  };
  const [old, now] = [read(before), read(after)];
  const rows = before.kind === "category" ? before.codes.length : before.values.length;
  let changed = 0;
  for (let row = 0; row < rows; row++) if (!Object.is(old(row), now(row))) changed++;
  return changed;
}
