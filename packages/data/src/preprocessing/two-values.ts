import type { Column } from "../frames/frame.ts";

/** Whether rows of a column differ; a missing value differs from any other one. */
export function hasTwoValues(column: Column): boolean {
  const values: ArrayLike<number | string> = column.kind === "category" ? column.codes : column.values;
  for (let row = 1; row < values.length; row++) if (!Object.is(values[row], values[0])) return true;
  return false;
}
