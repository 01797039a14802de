import type { Cell } from "./table.ts";

/** Rows among which the header is looked for. */
const LOOKED_AT = 30;
/** A header may leave so large a part of the columns without a name. */
const NAMED = 0.5;

/**
 * Finds the row with the names of columns, below titles and remarks: the first that has a name for at least half of
 * the columns that rows have.
 *
 * @returns Its index; `undefined` where no row has a value.
 */
export function headerRow(rows: readonly (readonly (Cell | undefined)[])[]): number | undefined {
  const filled = rows.slice(0, LOOKED_AT).map((cells) => cells.filter((cell) => cell !== undefined).length);
  const widest = Math.max(0, ...filled);
  if (widest === 0) return undefined;
  return filled.findIndex((count) => count >= widest * NAMED);
}
