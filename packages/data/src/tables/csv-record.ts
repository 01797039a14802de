/** Text of which a record is read. */
export interface RecordText {
  readonly text: string;
  /** False: more may come behind it. */
  readonly isWhole: boolean;
  readonly delimiter: string;
  readonly lineEnd: "\n" | "\r";
}

export interface ReadRecord {
  readonly cells: readonly string[];
  /** The place behind the record and its line end. */
  readonly end: number;
  /** Lines that it takes. */
  readonly lines: number;
  /** Line ends in the cell that has most. */
  readonly longest: number;
  /** A cell opens with a quote and goes on behind the closing one, or never closes. */
  readonly irregular?: "goesOn" | "open";
}

/**
 * What is done about a cell that opens with a quote and is not enclosed by it: reading stops there, the cell is
 * read as it stands, or up to the next quote on the line that ends a cell.
 */
export type QuoteReading = "stop" | "literal" | "relaxed";

/** A cell, and the place of what ends it. */
interface ReadCell {
  readonly cell: string;
  readonly end: number;
  readonly irregular?: "goesOn" | "open";
}

const RETURN = 0x0d;

/** The record that begins at a place; "incomplete" where its end may be still to come. */
export function readRecord(source: RecordText, start: number, reading: QuoteReading): ReadRecord | "incomplete" {
  const { text, isWhole, delimiter, lineEnd } = source;
  const cells: string[] = [];
  let lines = 1;
  let longest = 0;
  let at = start;
  for (;;) {
    const read = readCell(source, at, reading);
    if (read === undefined) return "incomplete";
    if (read.irregular !== undefined) return { cells, end: read.end, lines, longest, irregular: read.irregular };
    cells.push(read.cell);
    const breaks = text[at] === '"' ? countOf(lineEnd, read.cell) : 0;
    lines += breaks;
    longest = Math.max(longest, breaks);
    at = read.end;
    if (text[at] === delimiter) {
      at++;
      continue;
    }
    if (at >= text.length && !isWhole) return "incomplete";
    const end = at + (text.charCodeAt(at) === RETURN && lineEnd === "\n" ? 2 : 1);
    return { cells, end: Math.min(end, text.length), lines, longest };
  }
}

/** `undefined` where what comes behind the text decides. */
function readCell(source: RecordText, start: number, reading: QuoteReading): ReadCell | undefined {
  const { text, isWhole } = source;
  if (text[start] !== '"') return unquoted(source, start);
  const close = closingQuote(text, start);
  // A line end of two characters may be cut in the middle.
  if (!isWhole && (close < 0 || close + 2 >= text.length)) return undefined;
  if (close >= 0 && endsCell(source, close + 1))
    return { cell: unescaped(text.slice(start + 1, close)), end: close + 1 };
  if (reading === "stop") return { cell: "", end: start, irregular: close < 0 ? "open" : "goesOn" };
  return reading === "literal" ? unquoted(source, start) : relaxed(source, start);
}

/** A cell up to the delimiter or the end of the line. */
function unquoted(source: RecordText, start: number): ReadCell {
  let end = start;
  while (!endsCell(source, end)) end++;
  return { cell: source.text.slice(start, end), end };
}

/** A cell up to the first quote on its line that ends a cell. */
function relaxed(source: RecordText, start: number): ReadCell {
  const { text, lineEnd } = source;
  const line = text.indexOf(lineEnd, start);
  const stop = line < 0 ? text.length : line;
  for (let quote = text.indexOf('"', start + 1); quote >= 0 && quote < stop; quote = text.indexOf('"', quote + 1)) {
    if (endsCell(source, quote + 1)) return { cell: unescaped(text.slice(start + 1, quote)), end: quote + 1 };
  }
  return { cell: "", end: start, irregular: "goesOn" };
}

/** The first quote behind an opening one that is not doubled; −1 where there is none. */
function closingQuote(text: string, opening: number): number {
  let quote = text.indexOf('"', opening + 1);
  while (quote >= 0 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  return quote;
}

/** Whether a delimiter, a line end or the end of the text stands at a place. */
function endsCell({ text, delimiter, lineEnd }: RecordText, at: number): boolean {
  if (at >= text.length) return true;
  const character = text[at];
  return character === delimiter || character === lineEnd || (character === "\r" && text[at + 1] === "\n");
}

function unescaped(cell: string): string {
  return cell.includes('""') ? cell.replaceAll('""', '"') : cell;
}

function countOf(character: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++;
  return count;
}
