import { readCsv } from "./csv.ts";
import { pipedText, type TextSource } from "./file-text.ts";
import { readJsonLines } from "./json-lines.ts";
import type { Table } from "./table.ts";

/**
 * Rows that are piped in: JSON Lines where the text begins with a brace, otherwise CSV with a header. All of the
 * text is held, since columns are known when it has been read.
 *
 * @param options.encoding A label of the WHATWG Encoding Standard. Default: told from the bytes.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ROW_MALFORMED`, `DATA_ENCODING_UNREADABLE`,
 *   `DATA_ENCODING_UNKNOWN`.
 */
export async function pipedTable(
  stream: AsyncIterable<Buffer>,
  options: { readonly name: string; readonly encoding?: string | undefined },
): Promise<Table> {
  const piped = pipedText(stream, options);
  let text = "";
  for await (const chunk of piped.chunks()) text += chunk;
  return tableOfText(text, { name: piped.name, warnings: piped.warnings });
}

/** A table of text that is there already, in the same formats. */
export function tableOfText(text: string, { name, warnings }: Pick<TextSource, "name" | "warnings">): Promise<Table> {
  async function* chunks(): AsyncGenerator<string> {
    yield text;
  }
  const source: TextSource = { name, chunks, warnings };
  return text.trimStart().startsWith("{") ? readJsonLines(source) : readCsv(source);
}
