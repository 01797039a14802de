import { ModelwrightError } from "@modelwright/contracts";
import { counted } from "../report-builder.ts";
import { readRows } from "../roles/read-rows.ts";
import { openTable } from "../sources/open-table.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { innerLineEnds, SENTENCES } from "./split-sentences.ts";
import type { TextDocument } from "./text-document.ts";

/**
 * Reads running text as documents of sentences.
 *
 * @param source A folder whose `.txt` files (also in folders below it) are a document each, one such file,
 *   `npm:<package>`, or a table with a text per row.
 * @param options.baseDir Where relative paths start and packages are looked up.
 * @param options.column Of a table: that holds the text. Default: that is called or looks like it.
 * @param options.encoding A label of the WHATWG Encoding Standard. Default: told from the bytes.
 * @param options.query Of a database. Default: what stands in the source.
 * @param options.lineEnds `keep`: a line is a line, for verse, chat logs and code. Default `join`: within a
 *   paragraph it is a space.
 * @param options.onVersion Told which rows there are, when all have been read.
 * @param options.onWarning Told what a careful reader should know: a guessed encoding.
 * @returns In the order of the source, of a folder sorted by path, without those that have no text.
 * @throws {ModelwrightError} `DATA_…`, as reading a table does; `DATA_EMPTY` where there is no text.
 */
export async function readDocuments(
  source: string,
  options: {
    readonly baseDir: string;
    readonly column?: string;
    readonly encoding?: string | undefined;
    readonly query?: string | undefined;
    readonly lineEnds?: "join" | "keep" | undefined;
    readonly onVersion?: TableOptions["onVersion"];
    readonly onWarning?: (warning: string) => void;
  },
): Promise<TextDocument[]> {
  const { baseDir, column, encoding, query, lineEnds = "join", onVersion, onWarning } = options;
  const table = await openTable(source, { baseDir, encoding, query, onVersion, textFile: "document" });
  const { rows } = await readRows(table, { required: ["text"], columns: { text: column } });
  for (const warning of table.warnings) onWarning?.(warning);
  const telling = lineEnds === "keep" ? "verbatim" : (table.sentences ?? "prose");
  if (telling === "prose") {
    const lost = rows.reduce((sum, { text = "" }) => sum + innerLineEnds(text), 0);
    if (lost > 0)
      onWarning?.(
        `${table.name}: ${counted(lost, "line end")} within paragraphs became ${lost === 1 ? "a space" : "spaces"}; data.lineEnds: keep keeps lines as they are, for verse, chat logs and code`,
      );
  }
  const split = SENTENCES[telling];
  const documents = rows
    .map(({ id, text = "" }) => ({ id, sentences: split(text) }))
    .filter(({ sentences }) => sentences.length > 0);
  if (documents.length === 0) throw new ModelwrightError("DATA_EMPTY", { file: source, problem: "no text in it" });
  return documents;
}
