import { ModelwrightError } from "@modelwright/contracts";
import {
  cellAt,
  findColumns,
  pipedText,
  type RoleColumns,
  readCell,
  readTextLines,
  type Table,
  type TableRow,
  TEXT_COLUMN,
} from "@modelwright/data";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { openArgument } from "../tables/open-argument.ts";

/** Rows to predict, with all their columns. */
export interface PredictionSource {
  readonly table: Table;
  /**
   * The text of a row as it stands there; `undefined` where it is missing.
   *
   * @throws {ModelwrightError} `DATA_VALUE_TYPE` where it is no text.
   */
  readonly textOf: (row: TableRow) => string | undefined;
}

/** In the place of a text or a file: what is piped in. */
const PIPE = "-";

/**
 * Where the texts come from: the command line, a file, or a pipe with one text per line, which `-` stands for too.
 *
 * @param options.column Of a file. Default: the one that the model was trained with, or that is called or looks like the text.
 * @param options.trained Columns that the model was trained with, by role.
 * @throws {ModelwrightError} `CLI_INPUT_MISSING` without any of them, `CLI_COLUMN_MISSING`, `CLI_USAGE` for
 *   two of them, and what `openArgument` throws.
 */
export async function predictionSource(options: {
  readonly model: string;
  readonly texts: readonly string[];
  readonly file?: string;
  readonly column?: string;
  readonly encoding?: string | undefined;
  readonly trained: RoleColumns;
}): Promise<PredictionSource> {
  const { model, file, column, encoding, trained } = options;
  const isPiped = file === PIPE || (options.texts.length === 1 && options.texts[0] === PIPE);
  const texts = isPiped ? [] : options.texts;
  if (options.texts.length > 0 && file !== undefined) {
    const problem = "texts and --file cannot be given together";
    throw new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
  }
  if (texts.length > 0) return withColumn(given(texts), TEXT_COLUMN);
  if (isPiped || file === undefined) {
    if (process.stdin.isTTY) throw new ModelwrightError("CLI_INPUT_MISSING", { model });
    return withColumn(readTextLines(pipedText(process.stdin, { name: "the piped text", encoding })), TEXT_COLUMN);
  }
  const table = await openArgument(file, { wanted: column === undefined ? [] : [column], encoding });
  const request = { required: ["text"], optional: [], columns: { text: column }, trained } as const;
  const found = await findColumns(table, request).catch((error: unknown) => {
    throw inTermsOfArguments(error, file, { text: "--column" });
  });
  return withColumn(table, found.text ?? TEXT_COLUMN);
}

function withColumn(table: Table, column: string): PredictionSource {
  const place = table.columns.indexOf(column);
  const textOf = (row: TableRow): string | undefined => {
    const cell = cellAt(row, place);
    if (cell === undefined) return undefined;
    readCell("text", cell, { file: row.file ?? table.name, line: row.line, column });
    return cell.text; // white space around it too: a model may write on behind it
  };
  return { table, textOf };
}

function given(texts: readonly string[]): Table {
  async function* rows(): AsyncGenerator<TableRow> {
    for (const [i, text] of texts.entries()) yield { cells: [text], line: i + 1 };
  }
  const name = "the command line";
  return { name, columns: [TEXT_COLUMN], rows: { [Symbol.asyncIterator]: rows }, warnings: new Set() };
}
