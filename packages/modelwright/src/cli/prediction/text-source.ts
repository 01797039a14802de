import type { TextItem } from "@modelwright/contracts";
import {
  cellAt,
  findColumns,
  pipedText,
  readCell,
  readTextLines,
  type Table,
  type TableRow,
  TEXT_COLUMN,
} from "@modelwright/data";
import { counted } from "../../wording/quantities.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { openArgument } from "../tables/open-argument.ts";
import { givenTable } from "./given-table.ts";
import { type CheckedArguments, type Item, type PredictionSource, usage } from "./prediction-arguments.ts";

/** The columns of pairs that are given on the command line. */
const PAIR_COLUMNS = [TEXT_COLUMN, "second"] as const;

/** Texts, or pairs where the model reads those; what is piped in has one text per line. */
export async function textSource(options: CheckedArguments): Promise<PredictionSource> {
  const { model, manifest, column, second, encoding, trained } = options;
  const isPair = manifest.signature.input === "text-pair";
  if (second !== undefined && !isPair) throw usage(`--second does not apply to ${model}, which reads one text`);
  if ("items" in options) {
    const texts = options.items;
    if (isPair) return withColumns(givenTable(PAIR_COLUMNS, [pairOf(model, texts, second)]), PAIR_COLUMNS);
    return withColumns(
      givenTable(
        [TEXT_COLUMN],
        texts.map((text) => [text]),
      ),
      [TEXT_COLUMN],
    );
  }
  if ("piped" in options) {
    if (isPair) throw usage(`${model} reads pairs of texts: give a text and --second, or --file with two columns`);
    return withColumns(readTextLines(pipedText(process.stdin, { name: "the piped text", encoding })), [TEXT_COLUMN]);
  }
  const { file } = options;
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
  const itemOf = (row: TableRow): TextItem | undefined => {
    const text = textOf!(row);
    if (text === undefined || secondOf === undefined) return text;
    const second = secondOf(row);
    return second === undefined ? undefined : { text, second };
  };
  return { table, itemOf, shown, lacks: "text" };
}

function shown(item: Item | undefined): object {
  return typeof item === "object" ? item : { text: item ?? null };
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
