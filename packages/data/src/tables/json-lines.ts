import type { TextSource } from "./file-text.ts";
import { type JsonText, objectsTable } from "./json-objects.ts";
import type { Table } from "./table.ts";
import { textLines } from "./text-lines.ts";

/**
 * Reads a JSON Lines file (jsonlines.org) as a table: one object per line; blank lines are skipped.
 *
 * @param options.wanted Columns that a recipe names: lists of these stay lists.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ROW_MALFORMED`, `DATA_TOO_LARGE`.
 */
export function readJsonLines(
  text: TextSource,
  { wanted }: { readonly wanted?: readonly string[] } = {},
): Promise<Table> {
  async function* objects(): AsyncGenerator<JsonText> {
    let line = 0;
    for await (const json of textLines(text)) {
      line++;
      if (json.trim() !== "") yield { json, line };
    }
  }
  return objectsTable({ ...text, objects, wanted });
}
