/** A header made fit for a table: names that are there, each once. */
export interface ColumnNames {
  readonly columns: readonly string[];
  /** Names that stood more than once. */
  readonly repeated: ReadonlySet<string>;
  /** What was changed, in words. */
  readonly changes: readonly string[];
}

/**
 * Gives each cell of a header a name of its own.
 *
 * A cell without a name, as spreadsheets leave them at the end, is called by its place, `column_3`; a name
 * that stood before gets a number, `text_2`.
 *
 * @param header Cells as read; white space around them does not count.
 */
export function columnNames(header: readonly string[]): ColumnNames {
  const names = header.map((name) => name.trim());
  const given = new Set(names);
  const taken = new Set<string>();
  const repeated = new Set<string>();
  const changes: string[] = [];
  const columns = names.map((name, i) => {
    const column =
      name === "" ? free(`column_${i + 1}`, given, taken) : taken.has(name) ? free(name, given, taken) : name;
    if (name === "") changes.push(`column ${i + 1} of the header has no name and is called "${column}"`);
    else if (column !== name) {
      repeated.add(name);
      changes.push(`the header names the column "${name}" more than once; column ${i + 1} is called "${column}"`);
    }
    taken.add(column);
    return column;
  });
  return { columns, repeated, changes };
}

/** The name itself where it is free, otherwise with the first number that makes it so. */
function free(name: string, ...used: readonly ReadonlySet<string>[]): string {
  const isFree = (candidate: string) => used.every((names) => !names.has(candidate));
  let candidate = name;
  for (let i = 2; !isFree(candidate); i++) candidate = `${name}_${i}`;
  return candidate;
}
