import type { Column } from "./frame.ts";

const ID_NAMES = /(^|[_ .-])(id|uuid|guid|key|nr|no|number|index|row)$|^(id|uuid|编号|序号)|[a-z](ID|Id|Uuid|Key)$/;
/** Whether a column is called as those that number or name rows are. */
export function hasIdName(name: string): boolean {
  return ID_NAMES.test(name.trim());
}

/** With fewer rows, values may differ by chance. */
const FEWEST_ROWS = 10;

/**
 * Whether the values of a column number or name the rows: all are different, and they are whole numbers
 * without a gap, words without spaces, or of a column that is called so.
 */
export function looksLikeId(
  column: Column,
  { filled, distinct }: { readonly filled: number; readonly distinct: number },
): boolean {
  if (distinct < filled || filled < FEWEST_ROWS || column.kind === "date") return false;
  const isNamedSo = hasIdName(column.name);
  if (column.kind !== "number") {
    const texts = column.kind === "category" ? column.categories : column.values;
    return isNamedSo || texts.every((text) => text === "" || (!/\s/.test(text) && /\d/.test(text)));
  }
  let [count, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return false;
    count++;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return isNamedSo || most - least === count - 1;
}
