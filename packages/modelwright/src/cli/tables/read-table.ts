import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openCsv, openJsonLines, openText, textLines } from "@modelwright/data";

/** A file as a table: its columns, and its rows as a stream. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}

export interface TableRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the row begins, from 1. */
  readonly line: number;
}

const READERS: Readonly<Record<string, (path: string) => Promise<Table>>> = {
  ".csv": readCsv,
  ".tsv": readCsv,
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
  ".txt": readTextLines,
};

/** The column of a file that has only texts. */
export const TEXT_COLUMN = "text";

/**
 * Opens a CSV, TSV or JSON Lines file with all its columns, or a text file with one text a line.
 *
 * @throws {ModelwrightError} `CLI_FILE_NOT_FOUND`, `CLI_FORMAT_UNKNOWN`, `DATA_EMPTY`, `DATA_COLUMN_REPEATED`,
 * `DATA_ENCODING_UNREADABLE`; while rows are read also `DATA_ROW_MALFORMED`.
 */
export async function readTable(path: string): Promise<Table> {
  const extension = extname(path).toLowerCase();
  const reader = READERS[extension];
  if (reader === undefined) {
    throw new ModelwrightError("CLI_FORMAT_UNKNOWN", { path, extension, known: Object.keys(READERS) });
  }
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new ModelwrightError("CLI_FILE_NOT_FOUND", { path, problem }, { cause });
  });
  if (found.isDirectory()) throw new ModelwrightError("CLI_FILE_NOT_FOUND", { path, problem: "is a folder" });
  return reader(path);
}

async function readCsv(path: string): Promise<Table> {
  const file = await openCsv({ path, readHeader: (names) => columnNames(path, names) });
  const columns = file.header;
  async function* rows(): AsyncGenerator<TableRow> {
    for await (const { cells, line } of file.rows)
      yield { values: Object.fromEntries(columns.map((name, i) => [name, cells[i]!])), line };
  }
  return { columns, rows: rows() };
}

/** A cell of the header without a name, as spreadsheets leave them at the end, is called by its place. */
function columnNames(path: string, header: readonly string[]): string[] {
  const names = header.map((name, i) => name || `column_${i + 1}`);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw new ModelwrightError("DATA_COLUMN_REPEATED", { file: path, column: repeated });
  return names;
}

/** Reads the file twice: the columns are the keys of all rows, and a row need not have them all. */
async function readJsonLines(path: string): Promise<Table> {
  const columns = new Set<string>();
  for await (const { values } of (await openJsonLines({ path })).rows) {
    for (const name of Object.keys(values)) columns.add(name);
  }
  if (columns.size === 0) throw new ModelwrightError("DATA_EMPTY", { file: path, problem: "the file is empty" });
  return { columns: [...columns], rows: (await openJsonLines({ path })).rows };
}

async function readTextLines(path: string): Promise<Table> {
  const { chunks } = await openText({ path });
  return { columns: [TEXT_COLUMN], rows: textRows(textLines(chunks)) };
}

/** Texts as rows; blank ones are passed over. */
export async function* textRows(texts: AsyncIterable<string>): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of texts) {
    line++;
    if (text.trim() !== "") yield { values: { [TEXT_COLUMN]: text }, line };
  }
}
