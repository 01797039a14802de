import type { TextSource } from "./file-text.ts";
import type { Table, TableRow } from "./table.ts";

/** The column of a source that has only texts. */
export const TEXT_COLUMN = "text";

/**
 * Reads text as a table with one text per line; a blank line is a row without a text, so that no row shifts.
 */
export function readTextLines(text: TextSource): Table {
  async function* rows(): AsyncGenerator<TableRow> {
    let line = 0;
    for await (const each of textLines(text.chunks())) {
      line++;
      yield { cells: [each], line };
    }
  }
  const { name, warnings } = text;
  return { name, columns: [TEXT_COLUMN], rows: { [Symbol.asyncIterator]: rows }, warnings };
}

/** Lines without their ends (`\n` or `\r\n`), also the last one when nothing ends it. */
export async function* textLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending: string[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      const line = chunk.slice(start, end);
      start = end + 1;
      if (pending.length === 0) yield withoutReturn(line);
      else {
        pending.push(line);
        yield withoutReturn(pending.join(""));
        pending = [];
      }
    }
    if (start < chunk.length) pending.push(chunk.slice(start));
  }
  if (pending.length > 0) yield withoutReturn(pending.join(""));
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
