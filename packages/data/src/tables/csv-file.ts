import { Readable } from "node:stream";
import { ModelwrightError } from "@modelwright/contracts";
import { CsvError, type Info, parse } from "csv-parse";
import { detectDelimiter } from "./csv-delimiter.ts";
import { type NamedFile, openText } from "./file-text.ts";

/** A CSV file with its header read. */
export interface CsvFile {
  /** Trimmed, in their order; a name may be empty or stand twice. */
  readonly header: readonly string[];
  /** Each row has as many cells as the header. */
  readonly rows: AsyncIterable<CsvRow>;
  readonly warnings: readonly string[];
}

export interface CsvRow {
  readonly cells: readonly string[];
  /** Where the row begins, from 1. */
  readonly line: number;
}

/** Enough for every real header; a longer one is cut and then simply has fewer columns to tell the delimiter by. */
const HEADER_LENGTH = 65_536;

/**
 * Opens a CSV file (RFC 4180) as a stream.
 *
 * The delimiter (comma, semicolon or tab) is told from the header. A byte order mark, Windows line ends, quoted line
 * ends and blank lines are fine; a quote inside an unquoted cell stands for itself.
 *
 * @param file.wanted Names that the header should have, to tell the delimiter by. Default: none.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ENCODING_UNREADABLE`; as rows are read also `DATA_ROW_MALFORMED`.
 */
export async function openCsv(file: NamedFile & { readonly wanted?: readonly string[] }): Promise<CsvFile> {
  const { path, name = path, wanted = [] } = file;
  const text = await openText(file);
  const { head, chunks } = await peek(text.chunks);
  if (head.trim() === "") throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  const records = readRecords(chunks, { name, delimiter: detectDelimiter(head, wanted) });
  const header = (await records.next()).value?.cells ?? [];
  return { header: header.map((cell) => cell.trim()), rows: records, warnings: text.warnings };
}

async function* readRecords(
  chunks: AsyncIterable<string>,
  { name, delimiter }: { name: string; delimiter: string },
): AsyncGenerator<CsvRow, undefined> {
  const parser = Readable.from(chunks).pipe(
    parse({
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }),
  );
  let width: number | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: readonly string[]; info: Info }>) {
      const line = firstLine(record, info);
      width ??= record.length;
      if (record.length !== width) {
        const problem = `the row has ${record.length} ${record.length === 1 ? "cell" : "cells"}, the header has ${width}`;
        throw new ModelwrightError("DATA_ROW_MALFORMED", { file: name, line, problem });
      }
      yield { cells: record, line };
    }
  } catch (error) {
    throw error instanceof CsvError ? malformed(error, name) : error;
  }
}

/** `info.lines` is where the record ends; quoted line ends lie inside it. */
function firstLine(record: readonly string[], info: Info): number {
  let inside = 0;
  for (const cell of record) {
    for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) inside++;
  }
  return info.lines - inside;
}

function malformed(error: CsvError, file: string): ModelwrightError {
  const line = typeof error.lines === "number" ? error.lines : 1;
  const problem =
    error.code === "CSV_QUOTE_NOT_CLOSED" ? "a quoted cell is opened and never closed" : error.message.split("\n")[0]!;
  return new ModelwrightError("DATA_ROW_MALFORMED", { file, line, problem }, { cause: error });
}

/** Reads as much as the header needs, and gives it back in front of the rest. */
async function peek(source: AsyncGenerator<string>): Promise<{ head: string; chunks: AsyncIterable<string> }> {
  let head = "";
  for (let next = await source.next(); !next.done; next = await source.next()) {
    head += next.value;
    if (head.length >= HEADER_LENGTH) break;
  }
  async function* chunks(): AsyncGenerator<string> {
    yield head;
    yield* source;
  }
  return { head, chunks: chunks() };
}
