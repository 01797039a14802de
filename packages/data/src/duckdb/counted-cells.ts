import type { CellValue } from "../frames/column-cells.ts";
import type { CountedValues } from "../frames/guess-kind.ts";
import { isMissingWord } from "../frames/missing-words.ts";

/** A cell and its rows. */
export type CellCount = readonly [text: string, rows: number];

/** Values of cells as a frame reads them, with what is missing. */
export interface CountedCells extends CountedValues {
  readonly missing: number;
  /** How differently cells say that their value is missing. */
  readonly missingWords: number;
}

/** Puts cells together that differ in white space around them, and the missing ones apart. */
export function countCells(
  cells: Iterable<CellCount>,
  { isTyped, isStructured }: { readonly isTyped: boolean; readonly isStructured: boolean },
): CountedCells {
  const rowsOf = new Map<string, number>();
  let missing = 0;
  let missingWords = 0;
  for (const [cell, rows] of cells) {
    const text = cell.trim();
    if (isMissingWord(text)) {
      missing += rows;
      missingWords++;
    } else rowsOf.set(text, (rowsOf.get(text) ?? 0) + rows);
  }
  let filled = 0;
  const values: CellValue[] = [];
  for (const [text, rows] of rowsOf) {
    filled += rows;
    values.push({ text, rows, first: 0, isStructured: isStructured && /^[[{]/.test(text) });
  }
  return { values, filled, typedNumbers: isTyped ? filled : 0, missing, missingWords };
}
