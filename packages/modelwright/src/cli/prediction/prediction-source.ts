import { ModelwrightError } from "@modelwright/contracts";
import { textLines } from "@modelwright/data";
import { readTable, type Table, type TableRow, TEXT_COLUMN, textRows } from "../tables/read-table.ts";

/** Rows to predict, with all their columns. */
export interface PredictionSource extends Table {
  /** The text of a row; a missing one is the empty text. */
  textOf(values: TableRow["values"]): string;
}

/**
 * Where the texts come from: the command line, a file, or a pipe with one text a line.
 *
 * @throws {ModelwrightError} `CLI_INPUT_MISSING` without any of them, `CLI_COLUMN_MISSING`, `CLI_USAGE` for two of them.
 */
export async function predictionSource(options: {
  readonly model: string;
  readonly texts: readonly string[];
  readonly file?: string;
  readonly column?: string;
}): Promise<PredictionSource> {
  const { model, texts, file, column = TEXT_COLUMN } = options;
  if (texts.length > 0 && file !== undefined) {
    const problem = "texts and --file cannot be given together";
    throw new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
  }
  if (texts.length > 0) return lines(given(texts));
  if (file === undefined) {
    if (process.stdin.isTTY) throw new ModelwrightError("CLI_INPUT_MISSING", { model });
    process.stdin.setEncoding("utf8");
    return lines(textLines(process.stdin));
  }
  const table = await readTable(file);
  if (!table.columns.includes(column)) {
    throw new ModelwrightError("CLI_COLUMN_MISSING", {
      path: file,
      column,
      option: "--column",
      available: table.columns,
    });
  }
  return { ...table, textOf: (values) => textOf(values[column]) };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

async function* given(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

function lines(texts: AsyncIterable<string>): PredictionSource {
  return { columns: [TEXT_COLUMN], rows: textRows(texts), textOf: (values) => textOf(values[TEXT_COLUMN]) };
}
