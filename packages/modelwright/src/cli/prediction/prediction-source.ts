import { ModelwrightError, type TextItem } from "@modelwright/contracts";
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
import { counted } from "../../wording/quantities.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { openArgument } from "../tables/open-argument.ts";

/** Rows to predict, with all their columns. */
export interface PredictionSource {
  readonly table: Table;
  /**
   * The text of a row as it stands there, or both of a pair; `undefined` where one is missing.
   *
   * @throws {ModelwrightError} `DATA_VALUE_TYPE` where it is no text.
   */
  readonly itemOf: (row: TableRow) => TextItem | undefined;
}

/** The columns of pairs that are given on the command line. */
const PAIR_COLUMNS = [TEXT_COLUMN, "second"] as const;

/** In the place of a text or a file: what is piped in. */
const PIPE = "-";

/**
 * Where the texts come from: the command line, a file, or a pipe with one text per line, which `-` stands for too.
 *
 * @param options.second Of a model of pairs: what is beside the one text that is given, or of a file the column that holds it.
 * @param options.isPair Whether the model reads pairs of texts.
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
  readonly second?: string;
  readonly isPair: boolean;
  readonly encoding?: string | undefined;
  readonly trained: RoleColumns;
}): Promise<PredictionSource> {
  const { model, file, column, second, isPair, encoding, trained } = options;
  const isPiped = file === PIPE || (options.texts.length === 1 && options.texts[0] === PIPE);
  const texts = isPiped ? [] : options.texts;
  if (texts.includes(PIPE)) throw usage(`"${PIPE}" stands for a pipe, and goes with no other text`);
  if (file === undefined && column !== undefined) throw usage("--column goes with --file");
  if (options.texts.length > 0 && file !== undefined) {
    throw usage("texts and --file cannot be given together");
  }
  if (second !== undefined && !isPair) throw usage(`--second does not apply to ${model}, which reads one text`);
  if (texts.length > 0) {
    if (!isPair)
      return withColumns(
        given(
          [TEXT_COLUMN],
          texts.map((text) => [text]),
        ),
        [TEXT_COLUMN],
      );
    return withColumns(given(PAIR_COLUMNS, [pairOf(model, texts, second)]), PAIR_COLUMNS);
  }
  if (isPiped || file === undefined) {
    if (isPair) throw usage(`${model} reads pairs of texts: give a text and --second, or --file with two columns`);
    if (process.stdin.isTTY) throw new ModelwrightError("CLI_INPUT_MISSING", { model });
    return withColumns(readTextLines(pipedText(process.stdin, { name: "the piped text", encoding })), [TEXT_COLUMN]);
  }
  const wanted = [column, second].filter((each) => each !== undefined);
  const table = await openArgument(file, { wanted, encoding });
  const required: readonly ("text" | "second")[] = isPair ? ["text", "second"] : ["text"];
  const request = { required, optional: [], columns: { text: column, second }, trained };
  const found = await findColumns(table, request).catch((error: unknown) => {
    throw inTermsOfArguments(error, file, { text: "--column", second: "--second" });
  });
  const text = found.text ?? TEXT_COLUMN;
  return withColumns(table, found.second === undefined ? [text] : [text, found.second]);
}

function usage(problem: string): ModelwrightError {
  return new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
}

/** The two texts of a command line. */
function pairOf(model: string, texts: readonly string[], second: string | undefined): readonly [string, string] {
  const all = second === undefined ? texts : [...texts, second];
  const [text, other] = all;
  if (all.length === 2) return [text!, other!];
  throw usage(`${model} reads pairs of texts: give one text and --second, got ${counted(all.length, "text")}`);
}

/** @param columns That of the text, and of a pair that of the second one. */
function withColumns(table: Table, columns: readonly [string, string?]): PredictionSource {
  const [textOf, secondOf] = columns.flatMap((column) => (column === undefined ? [] : [reader(table, column)]));
  return {
    table,
    itemOf: (row) => {
      const text = textOf!(row);
      if (text === undefined || secondOf === undefined) return text;
      const second = secondOf(row);
      return second === undefined ? undefined : { text, second };
    },
  };
}

function reader(table: Table, column: string): (row: TableRow) => string | undefined {
  const place = table.columns.indexOf(column);
  return (row) => {
    const cell = cellAt(row, place);
    if (cell === undefined) return undefined;
    readCell("text", cell, { file: row.file ?? table.name, line: row.line, column });
    return cell.text; // white space around it too: a model may write on behind it
  };
}

function given(columns: readonly string[], lines: readonly (readonly string[])[]): Table {
  async function* rows(): AsyncGenerator<TableRow> {
    for (const [i, cells] of lines.entries()) yield { cells: [...cells], line: i + 1 };
  }
  const name = "the command line";
  return { name, columns: [...columns], rows: { [Symbol.asyncIterator]: rows }, warnings: new Set() };
}
