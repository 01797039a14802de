/** Rows that are looked at. */
export const ROWS_LOOKED_AT = 100;
const LONG = { characters: 80, words: 8 };

/**
 * Tells whether the first line of a file is a row like the others, for a file without a header.
 *
 * A name is suspicious when it is a number (unless the names count the columns), as long as a sentence, or a value
 * that some of the first rows have in the same column.
 */
export function looksLikeRow(header: readonly string[], rows: readonly (readonly (string | undefined)[])[]): boolean {
  const counting = header.every((name) => /^\d+$/.test(name));
  return header.some((name, column) => {
    if (name === "") return false;
    if (!counting && /^[+-]?\d+(?:[.,]\d+)*$/.test(name)) return true;
    if (name.length > LONG.characters && name.split(/\s+/).length > LONG.words) return true;
    return rows.some((cells) => cells[column]?.trim() === name);
  });
}
