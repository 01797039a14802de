/** One record of a CSV text and the line on which it begins. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A quoted cell that the text never closes; `line` is where it opens. */
export class UnclosedQuote extends Error {
  readonly line: number;
  constructor(line: number) {
    super("a quoted cell is opened and never closed");
    this.line = line;
  }
}

/**
 * Splits CSV (RFC 4180) into records.
 *
 * Blank lines are passed over, a quote inside an unquoted cell stands for itself, `\n` and `\r\n` both end a record.
 *
 * @throws {UnclosedQuote}
 */
export async function* csvRecords(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRecord> {
  let cells: string[] = [];
  let cell = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  let line = 1;
  let first = 1;
  let quoteLine = 1;
  const endCell = () => {
    cells.push(state === "plain" ? cell.replace(/\r$/, "") : cell);
    cell = "";
    state = "start";
  };
  for await (const chunk of chunks) {
    for (const character of chunk) {
      if (character === "\n") line++;
      if (state === "quoted") {
        if (character === '"') state = "closed";
        else cell += character;
      } else if (character === '"' && state !== "plain") {
        // A second quote right after a closing one is a quote in the cell.
        if (state === "closed") cell += '"';
        else quoteLine = line;
        state = "quoted";
      } else if (character === delimiter) {
        endCell();
      } else if (character === "\n") {
        const blank = cells.length === 0 && (state === "start" || (state === "plain" && cell === "\r"));
        endCell();
        if (!blank) yield { cells, line: first };
        cells = [];
        first = line;
      } else if (state === "closed" && character === "\r") {
        // The first half of a Windows line end.
      } else {
        cell += character;
        state = "plain";
      }
    }
  }
  if (state === "quoted") throw new UnclosedQuote(quoteLine);
  if (cells.length > 0 || state !== "start") {
    endCell();
    yield { cells, line: first };
  }
}
