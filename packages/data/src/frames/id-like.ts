import type { ColumnCells } from "./column-cells.ts";
import type { Column } from "./frame.ts";

const ID_NAMES = /(^|[_ .-])(id|uuid|guid|key|nr|no|number|index|row)$|^(id|uuid|编号|序号)|[a-z](ID|Id|Uuid|Key)$/;
/** With fewer rows, values may differ by chance. */
const FEWEST_ROWS = 10;

/**
 * Whether the values of a column number or name the rows: all are different, and they are whole numbers
 * without a gap, words without spaces, or of a column that is called so.
 */
export function looksLikeId({ name, values, filled }: ColumnCells, column: Column): boolean {
  if (values.length < filled || filled < FEWEST_ROWS || column.kind === "date") return false;
  const isNamedSo = ID_NAMES.test(name.trim());
  if (column.kind !== "number") return isNamedSo || values.every(({ text }) => !/\s/.test(text) && /\d/.test(text));
  const numbers = column.values.filter((value) => !Number.isNaN(value));
  if (!numbers.every(Number.isInteger)) return false;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return isNamedSo || most - least === numbers.length - 1;
}
