import { readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openText } from "../tables/file-text.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { TEXT_COLUMN } from "../tables/text-lines.ts";

const EXTENSION = ".txt";
const ID_COLUMN = "id";

/** A text that is a row of its own. */
interface WholeText {
  /** What messages call its file. */
  readonly file: string;
  readonly id: string;
  readonly read: (warnings: Set<string>) => Promise<string>;
}

/** A table whose rows are whole texts with a name: the columns `id` and `text`. */
export function wholeTexts(name: string, texts: readonly WholeText[]): Table {
  const warnings = new Set<string>();
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

/**
 * Reads the `.txt` files of a folder and of those below it as a table with one row per file, sorted by path.
 */
export async function textFolderTable(path: string, name: string): Promise<Table> {
  const files = (await readdir(path, { recursive: true })).filter((file) => extname(file) === EXTENSION).sort();
  if (files.length === 0)
    throw new ModelwrightError("DATA_EMPTY", { file: name, problem: `no ${EXTENSION} file in it` });
  return wholeTexts(
    name,
    files.map((file) => wholeFile({ path: join(path, file), name: file })),
  );
}

/** Reads a text file as a table of one row. */
export function textFileTable({ path, name }: { readonly path: string; readonly name: string }): Table {
  return wholeTexts(name, [{ ...wholeFile({ path, name }), id: basename(path).slice(0, -EXTENSION.length) }]);
}

function wholeFile({ path, name }: { readonly path: string; readonly name: string }): WholeText {
  return {
    file: name,
    id: name.slice(0, -EXTENSION.length),
    read: async (warnings) => {
      const text = await openText({ path, name });
      for (const warning of text.warnings) warnings.add(warning);
      let whole = "";
      for await (const chunk of text.chunks()) whole += chunk;
      return whole;
    },
  };
}
