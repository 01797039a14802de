import { ModelwrightError } from "@modelwright/contracts";
import { type ReadRecord, type RecordText, readRecord } from "./csv-record.ts";
import { checkRowLength, LONGEST_ROW } from "./limits.ts";

/** A row of a CSV file. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** Where the record begins, from 1. */
  readonly line: number;
}

export interface CsvDialect {
  /** What messages call the file. */
  readonly name: string;
  /** One character. */
  readonly delimiter: string;
  /** What ends a row; before `\n` a `\r` belongs to it. */
  readonly lineEnd: "\n" | "\r";
  /** Whether the first line only names the delimiter. */
  readonly hasSeparatorLine: boolean;
  /** Told what a careful reader should know. */
  readonly warnings: Set<string>;
}

/** Inner lines of a quoted cell from which on, when each could be a row, its first quote is suspected. */
const SUSPICIOUS_LINES = 2;

/**
 * Reads the records of a CSV text one by one; blank lines are skipped.
 *
 * A cell that opens with a quote is quoted only where its closing quote ends the cell. Otherwise it is read as
 * it stands, so that a stray quote swallows no rows, or on its own line up to the quote that ends it, whichever
 * makes as many cells as the first record has; where neither does, the row is refused.
 *
 * @throws {ModelwrightError} `DATA_ROW_MALFORMED`, `DATA_TOO_LARGE` for a record that does not end, with the line.
 */
export async function* csvRecords(chunks: AsyncIterable<string>, dialect: CsvDialect): AsyncGenerator<CsvRecord> {
  const reader = new RecordReader(dialect);
  let pieces: string[] = [];
  let length = 0;
  // A record that is not complete is looked at again when as much again has come: not in quadratic time.
  let enough = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    length += chunk.length;
    if (length < enough && length <= LONGEST_ROW) continue;
    const text = pieces.join("");
    yield* reader.read({ text, isWhole: false });
    const rest = text.slice(reader.done);
    checkRowLength(rest.length, { file: dialect.name, line: reader.line });
    pieces = [rest];
    length = rest.length;
    enough = 2 * length;
  }
  yield* reader.read({ text: pieces.join(""), isWhole: true });
}

class RecordReader {
  readonly #dialect: CsvDialect;
  /** Where the text that has not been read begins. */
  line = 1;
  #width: number | undefined;
  #hasWarned = false;
  /** How much of the text that was given last has been read. */
  done = 0;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  /** The records of the text; the last one only where its end is seen. */
  *read({ text, isWhole }: { readonly text: string; readonly isWhole: boolean }): Generator<CsvRecord> {
    const { delimiter, lineEnd } = this.#dialect;
    this.done = 0;
    let quote = text.indexOf('"');
    while (this.done < text.length) {
      const start = this.done;
      const end = text.indexOf(lineEnd, start);
      if (end < 0 && !isWhole) return;
      if (quote >= 0 && quote < start) quote = text.indexOf('"', start);
      const lineLength = end < 0 ? text.length : end;
      if (quote < 0 || quote >= lineLength) {
        const cut = lineEnd === "\n" && text[lineLength - 1] === "\r" ? lineLength - 1 : lineLength;
        this.done = lineLength + 1;
        const line = this.line++;
        if (line === 1 && this.#dialect.hasSeparatorLine) continue;
        if (cut > start) yield this.#checked(text.slice(start, cut).split(delimiter), line);
        continue;
      }
      const record = this.#quoted({ text, isWhole, delimiter, lineEnd }, start);
      if (record === undefined) return;
      const line = this.line;
      this.done = record.end;
      this.line += record.lines;
      yield this.#checked(record.cells, line);
    }
  }

  /** A record with quotes in it; `undefined` where its end is not seen. */
  #quoted(text: RecordText, start: number): ReadRecord | undefined {
    const record = readRecord(text, start, "stop");
    if (record === "incomplete") return undefined;
    if (record.irregular === undefined) {
      if (record.longest > SUSPICIOUS_LINES) this.#suspect(text, { start, record });
      return record;
    }
    const { name, warnings } = this.#dialect;
    for (const reading of ["literal", "relaxed"] as const) {
      const other = readRecord(text, start, reading);
      if (other === "incomplete") return undefined;
      if (other.irregular !== undefined || !this.#fits(other, { text, isOpen: record.irregular === "open" })) continue;
      if (!this.#hasWarned)
        warnings.add(
          `${name}:${this.line}: a cell opens with a quote that does not enclose it; it was read as it stands, and so was whatever is like it below`,
        );
      this.#hasWarned = true;
      return other;
    }
    const problem =
      record.irregular === "open"
        ? "a quoted cell is opened and never closed"
        : "a quoted cell goes on behind its closing quote";
    throw this.#malformed(problem, this.line);
  }

  /** Whether a record without regular quotes is a row like the others. */
  #fits(
    { cells, end }: ReadRecord,
    { text, isOpen }: { readonly text: RecordText; readonly isOpen: boolean },
  ): boolean {
    if (this.#width !== undefined && cells.length !== this.#width) return false;
    if (!isOpen) return true;
    // A file that was cut off in a cell ends like this; one with a stray quote goes on with rows.
    const next = readRecord(text, end, "literal");
    return cells.length > 1 && end < text.text.length && next !== "incomplete" && next.cells.length === this.#width;
  }

  /** Warns of a quoted cell whose lines could each be a row. */
  #suspect(text: RecordText, { start, record }: { readonly start: number; readonly record: ReadRecord }): void {
    if (this.#width === undefined || this.#width < 2) return;
    const inner = text.text.slice(start, record.end).split(text.lineEnd).slice(1, -1);
    if (inner.some((line) => line.split(text.delimiter).length !== this.#width)) return;
    this.#dialect.warnings.add(
      `${this.#dialect.name}:${this.line}: a quoted cell goes on over ${record.lines} lines that each look like a row; is its first quote a stray one?`,
    );
  }

  #checked(cells: readonly string[], line: number): CsvRecord {
    this.#width ??= cells.length;
    if (cells.length === this.#width) return { cells, line };
    const problem = `the row has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, the header has ${this.#width}`;
    throw this.#malformed(problem, line);
  }

  #malformed(problem: string, line: number): ModelwrightError {
    return new ModelwrightError("DATA_ROW_MALFORMED", { file: this.#dialect.name, line, problem });
  }
}
