import { ModelwrightError } from "@modelwright/contracts";
import { guessColumn, profileColumns, type Table } from "@modelwright/data";

/** What a look at a file tells. */
export interface TableLook {
  readonly text: string;
  readonly label: string;
  /** A column that names the rows. */
  readonly id?: string;
  readonly rows: number;
  /** Rows that lack the text or the label. */
  readonly incomplete: number;
  /** Labels with their rows, the most frequent first. */
  readonly labels: readonly { readonly label: string; readonly rows: number }[];
}

/**
 * Finds the text and the label column of a table by their names and values, among all rows.
 *
 * @param options.text Column that holds the text, when the user says so; likewise `label`.
 * @throws {ModelwrightError} `CLI_COLUMNS_UNCLEAR`, `CLI_COLUMN_MISSING`, `DATA_EMPTY`, `DATA_ROW_MALFORMED`.
 */
export async function lookAtTable(
  table: Table,
  options: { readonly path: string; readonly text?: string; readonly label?: string },
): Promise<TableLook> {
  const { path } = options;
  for (const role of ["text", "label"] as const) {
    const column = options[role];
    if (column === undefined || table.columns.includes(column)) continue;
    throw new ModelwrightError("CLI_COLUMN_MISSING", { path, column, option: `--${role}`, available: table.columns });
  }
  const profile = await profileColumns(table);
  const { columns, rows } = profile;
  if (rows === 0) throw new ModelwrightError("DATA_EMPTY", { file: path, problem: "a header and no rows below it" });
  const unclear = (role: string): never => {
    throw new ModelwrightError("CLI_COLUMNS_UNCLEAR", { path, role, available: table.columns });
  };
  const text = options.text ?? guessColumn("text", profile, [options.label]) ?? unclear("text");
  const label = options.label ?? guessColumn("label", profile, [text]) ?? unclear("label");
  const id = guessColumn("id", profile, [text, label]);
  const [texts, labelled] = [text, label].map((name) => columns.find((column) => column.name === name)!);
  const labels = [...labelled!.counts].map(([value, count]) => ({ label: value, rows: count }));
  labels.sort((a, b) => b.rows - a.rows || (a.label < b.label ? -1 : 1));
  const incomplete = new Set([...texts!.blankRows, ...labelled!.blankRows]).size;
  return { text, label, ...(id === undefined ? {} : { id }), rows, incomplete, labels };
}
