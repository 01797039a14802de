import { ModelwrightError, type TextClassificationRecipe } from "@modelwright/contracts";
import { type CsvRow, openCsv } from "../tables/csv-file.ts";
import type { FileOptions, FileRows, SourceRow } from "./source.ts";

type Columns = TextClassificationRecipe["data"]["columns"];
type Role = "text" | "label" | "id" | "group";
const ROLES = ["text", "label", "id", "group"] as const satisfies readonly Role[];

/** Where each role's column stands. */
type Places = Readonly<Partial<Record<Role, number>>>;

/**
 * Reads the rows of a CSV file.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_COLUMN_MISSING`, `DATA_COLUMN_REPEATED`, `DATA_ROW_MALFORMED`,
 * `DATA_ENCODING_UNREADABLE`.
 */
export async function readCsv(options: FileOptions): Promise<FileRows> {
  const { path, name, columns } = options;
  const file = await openCsv({
    path,
    name,
    wanted: [columns.text, columns.label],
    readHeader: (names) => placesOf(names, name, columns),
  });
  const rows: SourceRow[] = [];
  for await (const row of file.rows) {
    rows.push(sourceRow(row, file.header, name));
    if (rows.length % 1000 === 0) options.onProgress(rows.length);
  }
  if (rows.length === 0) {
    throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "a header and no rows below it" });
  }
  return { rows, warnings: file.warnings };
}

function placesOf(header: readonly string[], file: string, columns: Columns): Places {
  const places: Partial<Record<Role, number>> = {};
  for (const role of ROLES) {
    const column = columns[role];
    if (column === undefined) continue;
    const at = header.indexOf(column);
    if (at < 0) throw new ModelwrightError("DATA_COLUMN_MISSING", { file, column, role, available: header });
    if (header.indexOf(column, at + 1) >= 0) throw new ModelwrightError("DATA_COLUMN_REPEATED", { file, column });
    places[role] = at;
  }
  return places;
}

function sourceRow({ cells, line }: CsvRow, places: Places, file: string): SourceRow {
  const cell = (role: Role): string | undefined => {
    const at = places[role];
    return at === undefined ? undefined : cells[at]?.trim();
  };
  const group = cell("group");
  return {
    id: cell("id") || `${file}:${line}`,
    text: cell("text"),
    label: cell("label"),
    ...(group ? { group } : {}),
    origin: { file, line },
  };
}
