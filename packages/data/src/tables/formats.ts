import { readCsv } from "./csv.ts";
import type { TextSource } from "./file-text.ts";
import type { FileOptions, FormatOptions } from "./format-options.ts";
import { readJson } from "./json-file.ts";
import { readJsonLines } from "./json-lines.ts";
import type { Table } from "./table.ts";
import { looksTagged, readTaggedTokens } from "./tagged-tokens.ts";
import { readTextLines } from "./text-lines.ts";

/** How text in a file becomes a table. */
export interface Format {
  readonly read: (text: TextSource, options: FormatOptions) => Table | Promise<Table>;
}

/** How a file that is no text becomes a table. */
export interface FileFormat {
  readonly open: (path: string, options: FileOptions) => Promise<Table>;
}

/** Files of one token and its tag per line, which become a sentence per row. */
export const TAGGED_FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(
  [".conll", ".conll2003", ".bio", ".iob", ".iob2", ".bioes"].map((ending) => [ending, { read: readTaggedTokens }]),
);

/** Formats by the ending of a file's name, in lower case. A new one is a row here. */
export const FORMATS: Readonly<Record<string, Format>> = {
  ".csv": { read: readCsv },
  ".tsv": { read: readCsv },
  ".json": { read: readJson },
  ".jsonl": { read: readJsonLines },
  ".ndjson": { read: readJsonLines },
  ".txt": { read: async (text) => ((await looksTagged(text)) ? readTaggedTokens(text) : readTextLines(text)) },
  ...TAGGED_FORMATS,
};

/** Formats that are no text, by the ending of a file's name, in lower case. What reads them is loaded only then. */
export const FILE_FORMATS: Readonly<Record<string, FileFormat>> = {
  ...Object.fromEntries(
    [".xlsx", ".xlsm", ".xls", ".ods"].map((ending) => [
      ending,
      { open: async (...file) => (await import("./spreadsheet.ts")).readSpreadsheet(...file) } satisfies FileFormat,
    ]),
  ),
  ...Object.fromEntries(
    [".arrow", ".feather"].map((ending) => [
      ending,
      { open: async (...file) => (await import("./arrow.ts")).readArrow(...file) } satisfies FileFormat,
    ]),
  ),
  ".parquet": { open: async (...file) => (await import("./parquet.ts")).readParquet(...file) },
};
