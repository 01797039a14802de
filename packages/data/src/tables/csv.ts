import { ModelwrightError } from "@modelwright/contracts";
import { columnNames } from "./column-names.ts";
import { detectDelimiter } from "./csv-delimiter.ts";
import { type CsvDialect, type CsvRecord, csvRecords } from "./csv-records.ts";
import type { TextSource } from "./file-text.ts";
import { LONGEST_ROW } from "./limits.ts";
import { looksLikeRow, ROWS_LOOKED_AT } from "./missing-header.ts";
import type { Table, TableRow } from "./table.ts";

/** What is read at least, to see which line ends a file has. */
const HEAD_LENGTH = 65_536;
/** A first line that tells spreadsheets the delimiter. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;

/**
 * Reads a CSV file (RFC 4180) as a table.
 *
 * The delimiter (comma, semicolon or tab) is told from the header, or by a line `sep=;` above it. A byte
 * order mark, line ends of Windows and of old Macs, quoted line ends and blank lines are fine; a quote inside
 * an unquoted cell stands for itself, and so does one that opens a cell without enclosing it. A column without a name, a name that stands twice and a first line that
 * looks like a row are warned of.
 *
 * @param options.wanted Names that the header should have, to tell the delimiter by. Default: none.
 * @throws {ModelwrightError} `DATA_EMPTY`; here and as rows are read `DATA_ROW_MALFORMED`.
 */
export async function readCsv(
  text: TextSource,
  { wanted = [] }: { readonly wanted?: readonly string[] } = {},
): Promise<Table> {
  const { name, warnings } = text;
  const head = await headOf(text);
  if (head.trim() === "") throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  const separator = SEPARATOR_LINE.exec(head);
  const dialect: CsvDialect = {
    name,
    delimiter: separator?.[1] ?? detectDelimiter(head, wanted),
    lineEnd: head.includes("\n") ? "\n" : "\r",
    hasSeparatorLine: separator !== null,
    warnings,
  };
  const records = () => csvRecords(text.chunks(), dialect);
  const header = await first(records());
  const { columns, repeated, changes } = columnNames(header.cells);
  for (const change of changes) warnings.add(`${name}:${header.line}: ${change}`);
  const rows = (): AsyncGenerator<TableRow> => withHeaderCheck(records(), { header, name, warnings });
  return { name, columns, rows: { [Symbol.asyncIterator]: rows }, warnings, repeated };
}

/** The records below the header; warns once when the header looks like one of them. */
async function* withHeaderCheck(
  records: AsyncGenerator<CsvRecord>,
  { header, name, warnings }: { readonly header: CsvRecord; readonly name: string; readonly warnings: Set<string> },
): AsyncGenerator<TableRow> {
  const names = header.cells.map((cell) => cell.trim());
  const look: (readonly string[])[] = [];
  const check = () => {
    if (looksLikeRow(names, look))
      warnings.add(
        `${name}:${header.line}: the first line looks like a row, not like names of columns; if it is one, put a line with names above it`,
      );
  };
  let isHeader = true;
  for await (const record of records) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    if (look.length < ROWS_LOOKED_AT && look.push(record.cells) === ROWS_LOOKED_AT) check();
    yield record;
  }
  if (look.length < ROWS_LOOKED_AT) check();
}

async function first(records: AsyncGenerator<CsvRecord>): Promise<CsvRecord> {
  try {
    const { value } = await records.next();
    return (value as CsvRecord | undefined) ?? { cells: [], line: 1 };
  } finally {
    await records.return(undefined);
  }
}

/** As much as the header needs, which may be long: its first line at least. */
async function headOf(text: TextSource): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  let hasLine = false;
  for await (const chunk of text.chunks()) {
    pieces.push(chunk);
    length += chunk.length;
    hasLine ||= chunk.includes("\n") || chunk.includes("\r");
    if ((hasLine && length >= HEAD_LENGTH) || length > LONGEST_ROW) break;
  }
  return pieces.join("");
}
