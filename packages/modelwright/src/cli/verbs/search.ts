import { ModelwrightError } from "@modelwright/contracts";
import { cellAt, findColumns, type RoleColumns, readCell, type Table, TEXT_COLUMN } from "@modelwright/data";
import { loadVersionOf } from "@modelwright/inference";
import { requireTask } from "@modelwright/registry";
import type { Command } from "commander";
import { findVersion } from "../../pipeline/find-version.ts";
import { trainedReading } from "../../pipeline/trained-reading.ts";
import { type FoundText, SEARCHES, searchTexts } from "../../tasks/embedding/search-texts.ts";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { openArgument } from "../tables/open-argument.ts";
import { tableWarnings } from "../tables/table-warnings.ts";
import { type CommonOptions, ENCODING_OPTION, verb, wholeNumber } from "../verb.ts";

interface SearchVerbOptions extends CommonOptions {
  readonly column?: string;
  readonly encoding?: string;
  readonly top: number;
}

/** Characters of a text that was found, on the screen. */
const SHOWN = 100;

export function searchVerb(): Command {
  return verb("search", {
    examples: [
      'modelwright search questions answers.csv "Where is my parcel?"',
      'modelwright search questions help.jsonl "reset password" "cancel order" --column body --top 3 --json',
    ],
  })
    .argument("<model>", "name, name@alias or name:version of a model of the task embedding")
    .argument("<file>", "CSV, TSV or JSON Lines file with the texts to search, or a .txt file with one text per line")
    .argument("<queries...>", "what to look for, each by itself")
    .option(
      "--column <name>",
      "column of the file that holds the texts; default: the one of positives in training, otherwise that of the text",
    )
    .option(...ENCODING_OPTION)
    .option("--top <k>", "texts per query", wholeNumber("--top", { min: 1, max: 1000 }), 5)
    .action(search);
}

async function search(
  reference: string,
  file: string,
  queries: readonly string[],
  options: SearchVerbOptions,
): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  if (queries.some((query) => query.trim() === "")) {
    throw new ModelwrightError("CLI_USAGE", { problem: "a query is empty", help: "modelwright search --help" });
  }
  const found = requireTask(await findVersion(reference, options.registry), SEARCHES, "search");
  const { name, version, directory } = found;
  const { columns: trained } = await trainedReading(directory);
  const { rows, column, tellWarnings } = await readTexts(file, { ...options, trained, screen });
  tellWarnings();
  const model = await loadVersionOf(SEARCHES, directory);
  try {
    const results = await searchTexts(model, {
      texts: rows.map(({ text }) => text),
      queries,
      top: options.top,
      onProgress: (done, total) =>
        screen.progress(`reading texts: ${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`),
    });
    screen.endProgress();
    const placed = results.map((each) => each.map((one) => ({ ...rows[one.index]!, ...one })));
    screen.note(`Searched ${counted(rows.length, "different text")} of ${file} by ${name}:${version}.`);
    screen.say(...queries.flatMap((query, i) => searchLines(query, placed[i]!)));
    screen.result({
      model: { name, version },
      file,
      column,
      texts: rows.length,
      searches: queries.map((query, i) => ({
        query,
        found: placed[i]!.map(({ file: of, line, cosine, text }) => ({
          ...(of === undefined ? {} : { file: of }),
          line,
          cosine: Number(cosine.toFixed(6)),
          text,
        })),
      })),
    });
  } finally {
    model.release();
  }
}

/** A text with the line of the file where it first stands. */
interface PlacedText {
  readonly text: string;
  /** Of a folder: the file. */
  readonly file?: string;
  readonly line: number;
}

/**
 * The texts of a file, each once.
 *
 * @throws {ModelwrightError} `CLI_COLUMN_MISSING`; `CLI_SEARCH_EMPTY` where no row has a text; what `openArgument` throws.
 */
async function readTexts(
  file: string,
  options: Pick<SearchVerbOptions, "column" | "encoding"> & {
    readonly trained: RoleColumns;
    readonly screen: Screen;
  },
): Promise<{ readonly rows: readonly PlacedText[]; readonly column: string; readonly tellWarnings: () => void }> {
  const { column: wanted, encoding, trained, screen } = options;
  const table = await openArgument(file, { wanted: wanted === undefined ? [] : [wanted], encoding });
  const tellWarnings = tableWarnings(screen, table.warnings);
  const column = await columnOf(table, { file, wanted, trained });
  const place = table.columns.indexOf(column);
  const rows = new Map<string, PlacedText>();
  for await (const row of table.rows) {
    const cell = cellAt(row, place);
    if (cell === undefined) continue;
    readCell("text", cell, { file: row.file ?? table.name, line: row.line, column });
    if (cell.text.trim() === "" || rows.has(cell.text)) continue;
    rows.set(cell.text, { text: cell.text, line: row.line, ...(row.file === undefined ? {} : { file: row.file }) });
  }
  if (rows.size === 0) throw new ModelwrightError("CLI_SEARCH_EMPTY", { path: file, column });
  return { rows: [...rows.values()], column, tellWarnings };
}

/** What belongs to queries stands in the column of positives, where the model was trained on such pairs. */
async function columnOf(
  table: Table,
  {
    file,
    wanted,
    trained,
  }: { readonly file: string; readonly wanted: string | undefined; readonly trained: RoleColumns },
): Promise<string> {
  const { positive } = trained;
  if (wanted === undefined && positive !== undefined && table.columns.includes(positive)) return positive;
  const request = { required: ["text"], optional: [], columns: { text: wanted }, trained } as const;
  const found = await findColumns(table, request).catch((error: unknown) => {
    throw inTermsOfArguments(error, file, { text: "--column" });
  });
  return found.text ?? TEXT_COLUMN;
}

function searchLines(query: string, found: readonly (FoundText & PlacedText)[]): string[] {
  const places = found.map(({ file, line }) => `${file === undefined ? "" : `${plainText(file)} `}line ${line}`);
  const width = Math.max(...places.map(({ length }) => length));
  return [
    colours.bold(`"${shorten(plainText(query), SHOWN)}"`),
    ...found.map(
      ({ cosine, text }, i) =>
        `  ${cosine.toFixed(3).padStart(6)}  ${places[i]!.padEnd(width)}  ${shorten(plainText(text), SHOWN)}`,
    ),
  ];
}
