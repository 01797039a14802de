import { basename } from "node:path";
import { type NamedFile, openText } from "../tables/file-text.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { TEXT_COLUMN } from "../tables/text-lines.ts";

/** What the name of a text file ends in, in lower case. */
export const EXTENSION = ".txt";
const ID_COLUMN = "id";

/** A text that is a row of its own. */
interface WholeText {
  /** What messages call its file. */
  readonly file: string;
  readonly id: string;
  readonly read: (warnings: Set<string>) => Promise<string>;
}

/** A text file with its name in messages. */
export type TextFile = NamedFile & { readonly name: string };

/**
 * A table whose rows are whole texts with a name: the columns `id` and `text`.
 *
 * @param warnings Known before a text is read. Default: none.
 */
export function wholeTexts(name: string, texts: readonly WholeText[], warnings = new Set<string>()): Table {
  async function* read(which: Iterable<number>): AsyncGenerator<TableRow> {
    for (const at of which) {
      const { file, id, read: readText } = texts[at]!;
      yield { cells: [id, await readText(warnings)], line: 1, file };
    }
  }
  return {
    name,
    columns: [ID_COLUMN, TEXT_COLUMN],
    rows: { [Symbol.asyncIterator]: () => read(texts.keys()) },
    warnings,
    roles: { id: ID_COLUMN, text: TEXT_COLUMN },
    outline: { cells: { [ID_COLUMN]: texts.map(({ id }) => id) }, size: texts.length, read },
  };
}

/** Reads a text file as a table of one row. */
export function textFileTable(file: TextFile): Table {
  return wholeTexts(file.name, [{ ...wholeFile(file), id: basename(file.path).slice(0, -EXTENSION.length) }]);
}

/** A text file as a row, called by its name without the ending. */
export function wholeFile(file: TextFile): WholeText {
  return {
    file: file.name,
    id: file.name.slice(0, -EXTENSION.length),
    read: async (warnings) => {
      const text = await openText(file);
      const pieces: string[] = [];
      for await (const chunk of text.chunks()) pieces.push(chunk);
      for (const warning of text.warnings) warnings.add(warning);
      return pieces.join("");
    },
  };
}
