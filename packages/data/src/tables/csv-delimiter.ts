/** The delimiters that spreadsheets and databases write, the commonest first. */
const DELIMITERS = [",", ";", "\t"] as const;

/**
 * Tells the delimiter of a CSV text from its header.
 *
 * It is the one that makes the most columns among those whose columns include all the `wanted` ones; when none does,
 * the one that makes the most columns.
 *
 * @param head The beginning of the text; it may go on after the header.
 * @param wanted Column names that the header should have.
 */
export function detectDelimiter(head: string, wanted: readonly string[]): string {
  const candidates = DELIMITERS.map((delimiter) => {
    const names = headerCells(head, delimiter);
    return { delimiter, columns: names.length, complete: wanted.every((name) => names.includes(name)) };
  });
  candidates.sort((a, b) => Number(b.complete) - Number(a.complete) || b.columns - a.columns);
  return candidates[0]!.delimiter;
}

/** The cells of the first line that is not blank; quotes are respected and taken off. */
function headerCells(head: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (const character of head.trimStart()) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) break;
    else if (!quoted && character === delimiter) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  cells.push(cell.trim());
  return cells;
}
