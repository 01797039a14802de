import { type DataPreview, type PreviewRow, previewData } from "../../../inspection/preview-data.ts";
import { plainText, shorten } from "../../../wording/plain-text.ts";
import { counted } from "../../../wording/quantities.ts";
import { table } from "../../../wording/table.ts";
import type { CommonOptions } from "../../common-options.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer, SubVerbFile, SubVerbTask } from "../../sub-verbs.ts";
import { inTermsOfArguments } from "../../tables/in-terms-of-arguments.ts";
import { warningLines } from "../../tables/table-warnings.ts";
import { wholeNumber } from "../../verb.ts";
import { READING_OPTIONS, SOURCE } from "./data-options.ts";

interface PreviewOptions extends CommonOptions {
  readonly rows?: string;
  readonly seed?: string;
  readonly encoding?: string;
  readonly query?: string;
}

export const preview: SubVerbFile<SubVerbTask<PreviewOptions>> = {
  arguments: [SOURCE],
  options: [
    ["--rows <n>", "so many of each (default: 5)"],
    ["--seed <n>", "of the sample (default: 7)"],
    ...READING_OPTIONS,
  ],
  example: "preview tickets.csv --rows 3",
  run,
};

const CELL_LENGTH = 32;

async function run({ args: [source = ""], options, width }: SubVerbTask<PreviewOptions>): Promise<SubVerbAnswer> {
  const { rows = "5", seed = "7", encoding, query } = options;
  const counts = {
    rows: wholeNumber("--rows", { min: 1, max: 1000 })(rows),
    seed: wholeNumber("--seed", { min: 0, max: Number.MAX_SAFE_INTEGER })(seed),
  };
  const found = await previewData(source, { ...counts, encoding, query }).catch((error: unknown) => {
    throw inTermsOfArguments(error, source);
  });
  return { json: found, lines: previewLines(found, width) };
}

function previewLines({ source, rows, columns, first, drawn, warnings }: DataPreview, width: number): string[] {
  const head = ["", ...columns.map(({ name }) => shorten(plainText(name), CELL_LENGTH))];
  const kinds = ["", ...columns.map(({ kind }) => kind)];
  const lines = (shown: readonly PreviewRow[]) => table(head, [kinds, ...shown.map(cellsOf)], width);
  return [
    `${colours.bold(plainText(source))}: ${counted(rows, "row")}, ${counted(columns.length, "column")}`,
    ...warningLines(warnings),
    "",
    colours.bold(first.length === 1 ? "The first row" : `The first ${counted(first.length, "row")}`),
    ...lines(first),
    ...(drawn.length === 0
      ? []
      : ["", colours.bold(`${counted(drawn.length, "row")} drawn from the others`), ...lines(drawn)]),
  ];
}

/** Nothing is told from an empty cell. */
function cellsOf({ where, cells }: PreviewRow): string[] {
  const line = where.slice(where.lastIndexOf(":") + 1);
  return [
    `line ${line}`,
    ...cells.map((cell) => (cell === undefined || cell === "" ? "–" : shorten(plainText(cell), CELL_LENGTH))),
  ];
}
