import { pipeline, Readable } from "node:stream";
import { ModelwrightError } from "@modelwright/contracts";
import { CsvError, parse } from "csv-parse";
import { columnNames } from "./column-names.ts";
import { detectDelimiter } from "./csv-delimiter.ts";
import type { TextSource } from "./file-text.ts";
import { looksLikeRow, ROWS_LOOKED_AT } from "./missing-header.ts";
import type { Table, TableRow } from "./table.ts";

/** A record as the parser gives it. */
interface CsvRecord {
  readonly cells: readonly string[];
  /** Where the record begins, from 1. */
  readonly line: number;
}

interface Dialect {
  readonly name: string;
  readonly delimiter: string;
  readonly lineEnds: string[];
}

/**
 * Enough for every real header; a longer one is cut and then simply has fewer columns to tell the delimiter
 * by.
 */
const HEADER_LENGTH = 65_536;
/** A first line that tells spreadsheets the delimiter. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;

/**
 * Reads a CSV file (RFC 4180) as a table.
 *
 * The delimiter (comma, semicolon or tab) is told from the header, or by a line `sep=;` above it. A byte
 * order mark, line ends of Windows and of old Macs, quoted line ends and blank lines are fine; a quote inside
 * an unquoted cell stands for itself. A column without a name, a name that stands twice and a first line that
 * looks like a row are warned of.
 *
 * @param options.wanted Names that the header should have, to tell the delimiter by. Default: none.
 * @throws {ModelwrightError} `DATA_EMPTY`; here and as rows are read `DATA_ROW_MALFORMED`.
 */
export async function readCsv(
  text: TextSource,
  { wanted = [] }: { readonly wanted?: readonly string[] } = {},
): Promise<Table> {
  const { name, warnings } = text;
  const head = await headOf(text);
  if (head.trim() === "") throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  const separator = SEPARATOR_LINE.exec(head);
  const dialect: Dialect = {
    name,
    delimiter: separator?.[1] ?? detectDelimiter(head, wanted),
    lineEnds: head.includes("\n") ? ["\r\n", "\n"] : ["\r"],
  };
  const records = () => readRecords(text.chunks(), { ...dialect, skip: separator === null ? 0 : 1 });
  const header = await first(records());
  const { columns, repeated, changes } = columnNames(header.cells);
  for (const change of changes) warnings.add(`${name}:${header.line}: ${change}`);
  const rows = (): AsyncGenerator<TableRow> => withHeaderCheck(records(), { header, name, warnings });
  return { name, columns, rows: { [Symbol.asyncIterator]: rows }, warnings, repeated };
}

/** The records below the header; warns once when the header looks like one of them. */
async function* withHeaderCheck(
  records: AsyncGenerator<CsvRecord>,
  { header, name, warnings }: { readonly header: CsvRecord; readonly name: string; readonly warnings: Set<string> },
): AsyncGenerator<TableRow> {
  const names = header.cells.map((cell) => cell.trim());
  const look: (readonly string[])[] = [];
  const check = () => {
    if (looksLikeRow(names, look))
      warnings.add(
        `${name}:${header.line}: the first line looks like a row, not like names of columns; if it is one, put a line with names above it`,
      );
  };
  let isHeader = true;
  for await (const record of records) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    if (look.length < ROWS_LOOKED_AT && look.push(record.cells) === ROWS_LOOKED_AT) check();
    yield record;
  }
  if (look.length < ROWS_LOOKED_AT) check();
}

async function first(records: AsyncGenerator<CsvRecord>): Promise<CsvRecord> {
  try {
    const { value } = await records.next();
    return (value as CsvRecord | undefined) ?? { cells: [], line: 1 };
  } finally {
    await records.return(undefined);
  }
}

async function* readRecords(
  chunks: AsyncIterable<string>,
  { name, delimiter, lineEnds, skip }: Dialect & { readonly skip: number },
): AsyncGenerator<CsvRecord> {
  const lines = new LineCount();
  const parser = parse({
    delimiter,
    record_delimiter: lineEnds,
    on_record: (cells: string[], { lines: last }) => {
      lines.add(cells, last);
      return cells;
    },
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  // An error on either side ends the other one, and the loop throws it.
  pipeline(Readable.from(chunks), parser, () => {});
  let width: number | undefined;
  let record = 0;
  try {
    for await (const cells of parser as AsyncIterable<readonly string[]>) {
      const line = lines.take();
      if (record++ < skip) continue;
      width ??= cells.length;
      if (cells.length !== width) {
        const problem = `the row has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, the header has ${width}`;
        throw new ModelwrightError("DATA_ROW_MALFORMED", { file: name, line, problem });
      }
      yield { cells, line };
    }
  } catch (error) {
    throw error instanceof CsvError ? malformed(error, { file: name, line: lines.next }) : error;
  }
}

/**
 * Where records begin; csv-parse tells where they end, and counts a quoted carriage return as a line of its
 * own.
 */
class LineCount {
  readonly #firsts: number[] = [];
  #returns = 0;
  /** The line behind the last record that was parsed. */
  next = 1;

  /** @param last The line on which csv-parse says that the record ends. */
  add(record: readonly string[], last: number): void {
    const inside = (character: string) => record.reduce((sum, cell) => sum + cell.split(character).length - 1, 0);
    this.#returns += inside("\r");
    const end = last - this.#returns;
    this.#firsts.push(end - inside("\n"));
    this.next = end + 1;
  }

  /** The first line of the next record that is read. */
  take(): number {
    return this.#firsts.shift()!;
  }
}

function malformed(error: CsvError, where: { file: string; line: number }): ModelwrightError {
  const problem =
    error.code === "CSV_QUOTE_NOT_CLOSED" ? "a quoted cell is opened and never closed" : error.message.split("\n")[0]!;
  return new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem }, { cause: error });
}

/** As much as the header needs. */
async function headOf(text: TextSource): Promise<string> {
  let head = "";
  for await (const chunk of text.chunks()) {
    head += chunk;
    if (head.length >= HEADER_LENGTH) break;
  }
  return head;
}
