import { ModelwrightError } from "@modelwright/contracts";
import type { TextSource } from "./file-text.ts";
import { jsonCell } from "./json-members.ts";
import { parseJson } from "./json-objects.ts";
import { jsonValues } from "./json-values.ts";
import type { Cell, Table, TableRow } from "./table.ts";

/** Characters of a document of columns at most: its last column has the end of the first row. */
const LARGEST = 2 ** 28;

/**
 * A table of a JSON document whose members are columns, all of a length. It is read into memory at once.
 *
 * @throws {ModelwrightError} `DATA_ROW_MALFORMED` where a column is longer than the first; `DATA_TOO_LARGE`.
 */
export async function columnsTable(text: TextSource): Promise<Table> {
  const { name, warnings } = text;
  const columns = new Map<string, Cell[]>();
  const lines: number[] = [];
  let size = 0;
  for await (const { key, json, line } of jsonValues(text)) {
    size += json.length;
    if (size > LARGEST) throw tooLarge(name);
    parseJson(json, { file: name, line });
    const cells = columns.get(key!) ?? [];
    columns.set(key!, cells);
    if (columns.size === 1) lines.push(line);
    cells.push(jsonCell(json));
  }
  for (const [column, cells] of columns) {
    if (cells.length === lines.length) continue;
    const problem = `the column ${JSON.stringify(column)} has ${cells.length} values, the first column has ${lines.length}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { file: name, line: lines.at(-1)!, problem });
  }
  async function* rows(): AsyncGenerator<TableRow> {
    for (const [at, line] of lines.entries()) {
      const row = [...columns.values()].map((cells) => cells[at]!);
      const cells = row.map(({ text: each, kind }) => (kind === "null" ? undefined : each));
      yield { cells, kinds: row.map(({ kind }) => kind), line };
    }
  }
  return { name, columns: [...columns.keys()], rows: { [Symbol.asyncIterator]: rows }, warnings };
}

function tooLarge(file: string): ModelwrightError {
  return new ModelwrightError("DATA_TOO_LARGE", {
    file,
    problem: `more than ${LARGEST / 2 ** 20} million characters that are written column by column`,
    remedy: "Write an object per row, as JSON Lines: such a file is read row by row.",
  });
}
