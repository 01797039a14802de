import type { TextSource } from "./file-text.ts";
import { checkRowLength } from "./limits.ts";
import type { Table, TableRow } from "./table.ts";

/** The column of a source that has only texts. */
export const TEXT_COLUMN = "text";

/**
 * Reads text as a table with one text per line; a blank line is a row without a text, so that no row shifts.
 */
export function readTextLines(text: TextSource): Table {
  async function* rows(): AsyncGenerator<TableRow> {
    let line = 0;
    for await (const each of textLines(text)) {
      line++;
      yield { cells: [each], line };
    }
  }
  const { name, warnings } = text;
  return { name, columns: [TEXT_COLUMN], rows: { [Symbol.asyncIterator]: rows }, warnings };
}

/**
 * Lines without their ends (`\n` or `\r\n`), also the last one when nothing ends it.
 *
 * While they are read: `DATA_TOO_LARGE` for a line that does not end.
 */
export async function* textLines({ name, chunks }: Pick<TextSource, "name" | "chunks">): AsyncGenerator<string> {
  let pending: string[] = [];
  let length = 0;
  let line = 1;
  for await (const chunk of chunks()) {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      const last = chunk.slice(start, end);
      start = end + 1;
      line++;
      length = 0;
      if (pending.length === 0) yield withoutReturn(last);
      else {
        pending.push(last);
        yield withoutReturn(pending.join(""));
        pending = [];
      }
    }
    if (start === chunk.length) continue;
    pending.push(chunk.slice(start));
    length += chunk.length - start;
    checkRowLength(length, { file: name, line });
  }
  if (pending.length > 0) yield withoutReturn(pending.join(""));
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
