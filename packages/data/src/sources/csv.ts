import { Readable } from "node:stream";
import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import { CsvError, type Info, parse } from "csv-parse";
import { detectDelimiter } from "./csv-delimiter.ts";
import type { FileOptions, FileRows, SourceRow } from "./source.ts";
import { decodedChunks, detectTextEncoding } from "./text-encoding.ts";

type Columns = Recipe["data"]["columns"];
type Role = "text" | "label" | "id" | "group";
const ROLES = ["text", "label", "id", "group"] as const satisfies readonly Role[];

/** Enough for every real header; a longer one is cut and then simply has fewer columns to tell the delimiter by. */
const HEADER_LENGTH = 65_536;

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * Reads a CSV file (RFC 4180) as a stream.
 *
 * The delimiter (comma, semicolon or tab) is told from the header. A byte order mark, Windows line ends, quoted line
 * ends and blank lines are fine; a quote inside an unquoted cell stands for itself.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_COLUMN_MISSING`, `DATA_COLUMN_REPEATED`, `DATA_ROW_MALFORMED`,
 * `DATA_ENCODING_UNREADABLE`.
 */
export async function readCsv(options: FileOptions): Promise<FileRows> {
  const { path, name, columns } = options;
  const encoding = await detectTextEncoding(path, name);
  const { head, chunks } = await peek(decodedChunks(path, encoding.label));
  if (head.trim() === "") throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  const delimiter = detectDelimiter(head, [columns.text, columns.label]);
  const parser = Readable.from(chunks).pipe(
    parse({ delimiter, info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }),
  );
  const rows: SourceRow[] = [];
  let header: Header | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      if (header === undefined) header = readHeader(record, name, columns);
      else rows.push(readRow({ record, line: firstLine(record, info), header, name }));
      if (rows.length % 1000 === 0) options.onProgress(rows.length);
    }
  } catch (error) {
    throw error instanceof CsvError ? malformed(error, name) : error;
  }
  if (rows.length === 0) {
    throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "a header and no rows below it" });
  }
  return { rows, warnings: encoding.warning === undefined ? [] : [encoding.warning] };
}

interface Header {
  readonly width: number;
  readonly index: Readonly<Partial<Record<Role, number>>>;
}

function readHeader(cells: readonly string[], file: string, columns: Columns): Header {
  const names = cells.map((cell) => cell.trim());
  const index: Partial<Record<Role, number>> = {};
  for (const role of ROLES) {
    const column = columns[role];
    if (column === undefined) continue;
    const at = names.indexOf(column);
    if (at < 0) throw new ModelwrightError("DATA_COLUMN_MISSING", { file, column, role, available: names });
    if (names.indexOf(column, at + 1) >= 0) throw new ModelwrightError("DATA_COLUMN_REPEATED", { file, column });
    index[role] = at;
  }
  return { width: cells.length, index };
}

function readRow(row: { record: readonly string[]; line: number; header: Header; name: string }): SourceRow {
  const { record, line, header, name } = row;
  if (record.length !== header.width) {
    const problem = `the row has ${record.length} ${record.length === 1 ? "cell" : "cells"}, the header has ${header.width}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { file: name, line, problem });
  }
  const cell = (role: Role): string | undefined => {
    const at = header.index[role];
    return at === undefined ? undefined : record[at]?.trim();
  };
  const group = cell("group");
  return {
    id: cell("id") || `${name}:${line}`,
    text: cell("text"),
    label: cell("label"),
    ...(group ? { group } : {}),
    origin: { file: name, line },
  };
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
