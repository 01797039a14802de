import { pipeline, Readable } from "node:stream";
import { ModelwrightError } from "@modelwright/contracts";
import { CsvError, parse } from "csv-parse";
import { detectDelimiter } from "./csv-delimiter.ts";
import { type NamedFile, openText } from "./file-text.ts";

/** A CSV file with its header read. */
export interface CsvFile<Header> {
  readonly header: Header;
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
 * The delimiter (comma, semicolon or tab) is told from the header. A byte order mark, line ends of Windows and of old
 * Macs, quoted line ends and blank lines are fine; a quote inside an unquoted cell stands for itself.
 *
 * @param file.wanted Names that the header should have, to tell the delimiter by. Default: none.
 * @param file.readHeader Makes what it wants of the trimmed names, of which one may be empty or stand twice. What it
 *   throws closes the file.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ENCODING_UNREADABLE`; here and as rows are read `DATA_ROW_MALFORMED`.
 */
export async function openCsv<Header>(
  file: NamedFile & {
    readonly wanted?: readonly string[];
    readonly readHeader: (names: readonly string[]) => Header;
  },
): Promise<CsvFile<Header>> {
  const { path, name = path, wanted = [], readHeader } = file;
  const text = await openText(file);
  const { head, chunks } = await peek(text.chunks);
  if (head.trim() === "") throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  const rows = readRecords(chunks, {
    name,
    delimiter: detectDelimiter(head, wanted),
    lineEnds: head.includes("\n") ? ["\r\n", "\n"] : ["\r"],
  });
  try {
    const names = (await rows.next()).value?.cells ?? [];
    return { header: readHeader(names.map((cell) => cell.trim())), rows, warnings: text.warnings };
  } catch (error) {
    await rows.return(undefined);
    throw error;
  }
}

async function* readRecords(
  chunks: AsyncIterable<string>,
  { name, delimiter, lineEnds }: { name: string; delimiter: string; lineEnds: string[] },
): AsyncGenerator<CsvRow, undefined> {
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
  try {
    for await (const cells of parser as AsyncIterable<readonly string[]>) {
      const line = lines.take();
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

/** Where records begin; csv-parse tells where they end, and counts a quoted carriage return as a line of its own. */
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
