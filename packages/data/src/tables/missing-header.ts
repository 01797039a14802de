/** Rows that are looked at. */
export const ROWS_LOOKED_AT = 100;
/** A number that is neither a year nor counts something. */
const MEASURED = /^[+-]?(?:\d{5,}|\d+[.,]\d+)$/;
const LONG = { characters: 80, words: 8 };

/**
 * Tells whether the first line of a file is a row like the others, for a file without a header.
 *
 * A name is suspicious when it is a number of five digits or with a decimal point, as long as a sentence, or
 * a value that some of the first rows have in the same column.
 */
export function looksLikeRow(header: readonly string[], rows: readonly (readonly (string | undefined)[])[]): boolean {
  return header.some((name, column) => {
    if (name === "") return false;
    if (MEASURED.test(name)) return true;
    if (name.length > LONG.characters && name.split(/\s+/).length > LONG.words) return true;
    return rows.some((cells) => cells[column]?.trim() === name);
  });
}
